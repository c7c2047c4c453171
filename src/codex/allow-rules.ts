import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * The user's execution rules that allow something. A command that matches such a rule runs outside the sandbox, in every tier
 * and under every approval policy (seen with Codex 0.169 in read-only with approvals off); only `codex exec` can ignore them.
 * Codex writes them itself when a person answers "always allow" in its own interface.
 */
export async function findAllowRules(codexHome: string): Promise<readonly string[]> {
  const folder = join(codexHome, "rules");
  const names = await readdir(folder).catch(() => []); // No such folder: no rules.
  const found: string[] = [];
  for (const name of names.filter((each) => each.endsWith(".rules"))) {
    const path = join(folder, name);
    const text = await readFile(path, "utf8").catch(() => ""); // Gone or unreadable for us: for Codex as well.
    if (allowsSomething(text)) found.push(path);
  }
  return found;
}

/** The warning for a run that such rules may widen; undefined when there are none. */
export function describeAllowRules(paths: readonly string[]): string | undefined {
  if (paths.length === 0) return undefined;
  return `Codex's rules in ${paths.join(", ")} let matching commands run outside the sandbox; --isolation ignore-rules leaves them out.`;
}

/** A rule without a decision allows (Codex's own default). */
function allowsSomething(text: string): boolean {
  const code = text.replace(/#.*$/gm, "");
  const rules = code.split(/\bprefix_rule\s*\(/).slice(1);
  return rules.some((rule) => !/\bdecision\s*=/.test(rule) || /\bdecision\s*=\s*["']allow["']/.test(rule));
}
