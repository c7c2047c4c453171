import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isRecord, parseJson } from "../../domain/json.ts";
import type { RunPlan } from "../../domain/run.ts";
import type { Machine } from "../../settings/paths.ts";
import { realCodexHome } from "../../setup/codex-world.ts";
import { tandemIdentity } from "../../setup/identity.ts";

/** Variables that change what an app-server does; those of the commands in a run reach them by the run's own thread. */
const relevantNames =
  /^(?:https?_proxy|all_proxy|no_proxy|ssl_cert_file|ssl_cert_dir|codex_(?!api_key$).*|openai_(?:base_url|organization|project))$/i;

/**
 * What two runs must share to be served by one broker, for its key: Codex's home, binary and account, our build, and the variables
 * that an app-server reads, among them those that the user's configuration names for keys of providers.
 */
export function brokerFacts(plan: RunPlan, { environment }: Machine): readonly (string | undefined)[] {
  const { version, build } = tandemIdentity();
  const named = providerVariables(plan.codexHome);
  const variables = Object.entries(environment)
    .filter(([name]) => relevantNames.test(name) || named.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    version,
    build,
    realCodexHome(plan.codexHome),
    // Of an app-server elsewhere its name.
    plan.codex.path,
    ageOf(plan.codex.path),
    accountOf(plan.codexHome),
    createHash("sha256").update(JSON.stringify(variables)).digest("hex"),
  ];
}

function providerVariables(codexHome: string): ReadonlySet<string> {
  const text = readOr(join(codexHome, "config.toml"));
  return new Set(
    [...text.matchAll(/\b(?:env_key|bearer_token_env_var)\s*=\s*["']([^"']+)["']/g)].map(
      ([, name = ""]) => name,
    ),
  );
}

/** The account that is logged in, without its tokens: they are refreshed while a broker serves. */
function accountOf(codexHome: string): string {
  const stored = parseJson(readOr(join(codexHome, "auth.json")));
  if (!isRecord(stored)) return "";
  const tokens = isRecord(stored["tokens"]) ? stored["tokens"] : {};
  const facts = [stored["auth_mode"], tokens["account_id"], stored["OPENAI_API_KEY"]];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex");
}

function ageOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? "" : `${stats.mtimeMs}:${stats.size}`;
}

function readOr(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
