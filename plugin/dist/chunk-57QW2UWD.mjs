import {
  isRecord,
  parseJson
} from "./chunk-YSIIG4JU.mjs";

// src/codex/credentials.ts
import { readFile } from "node:fs/promises";
import { join } from "node:path";
async function readLogin(codexHome, environment) {
  const stored = await readFile(join(codexHome, "auth.json"), "utf8").then(parseJson, () => void 0);
  const key = environment["CODEX_API_KEY"];
  if (isRecord(stored)) return { kind: kindOf(stored), source: "stored" };
  if (key !== void 0 && key !== "") return { kind: "API key", source: "environment" };
  return { kind: "none", source: "none" };
}
function kindOf(stored) {
  const mode = stored["auth_mode"];
  if (mode === "chatgpt") return "ChatGPT";
  if (mode === "apikey" || typeof stored["OPENAI_API_KEY"] === "string") return "API key";
  return "other";
}

export {
  readLogin
};
