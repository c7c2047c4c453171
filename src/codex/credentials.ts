import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isRecord, parseJson } from "../domain/json.ts";
import type { RouteFacts } from "./route.ts";

/** What is known of the login without starting Codex. Only its kind is read; keys and tokens are not kept. */
export interface LoginFacts {
  readonly kind: "ChatGPT" | "API key" | "other" | "none";
  readonly source: RouteFacts["credentials"];
}

/** Looks at the stored login of a CODEX_HOME and at the key that `codex exec` takes from the environment. */
export async function readLogin(codexHome: string, environment: NodeJS.ProcessEnv): Promise<LoginFacts> {
  const stored = readStored(join(codexHome, "auth.json"));
  const key = environment["CODEX_API_KEY"];
  if (isRecord(stored)) return { kind: kindOf(stored), source: "stored" };
  if (key !== undefined && key !== "") return { kind: "API key", source: "environment" };
  return { kind: "none", source: "none" };
}

function readStored(path: string): unknown {
  // Making an error of a missing file takes longer than looking first.
  if (!existsSync(path)) return undefined;
  try {
    return parseJson(readFileSync(path, "utf8"));
  } catch {
    // Not to be read: no login that a run could use.
    return undefined;
  }
}

function kindOf(stored: Record<string, unknown>): LoginFacts["kind"] {
  const mode = stored["auth_mode"];
  if (mode === "chatgpt") return "ChatGPT";
  if (mode === "apikey" || typeof stored["OPENAI_API_KEY"] === "string") return "API key";
  return "other";
}
