import { closeSync, constants, existsSync, fstatSync, openSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Where Codex looks for execution rules. */
export interface RulePlaces {
  readonly codexHome: string;
  /** Of the run, absolute. */
  readonly cwd: string;
  /** Codex is told not to trust the project, and then reads no rules of it. */
  readonly untrusted: boolean;
}

/**
 * The execution rules that allow something. A command that matches such a rule runs outside the sandbox, in every tier and under
 * every approval policy (seen with Codex 0.169 in read-only with approvals off); only `codex exec` can ignore them. Codex writes
 * them itself when a person answers "always allow" in its own interface, and reads those of the machine and of a project that the
 * user trusts as well. A project counts here whether it is trusted or not: to whom the user gave trust is Codex's to say.
 */
export async function findAllowRules(places: RulePlaces): Promise<readonly string[]> {
  const found: string[] = [];
  for (const folder of ruleFolders(places)) {
    for (const name of namesIn(folder).filter((each) => each.endsWith(".rules"))) {
      const path = join(folder, name);
      if (allowsSomething(textOf(path))) found.push(path);
    }
  }
  return found;
}

/** At once and not by promises: nearly always there is nothing, and the looks are fewer than those for the way here. */
function namesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  try {
    return readdirSync(folder);
  } catch {
    // Not to be read by us: not by Codex either.
    return [];
  }
}

function textOf(path: string): string {
  let descriptor: number | undefined;
  try {
    // A repository may bring a named pipe, which would hold up everything without O_NONBLOCK.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return fstatSync(descriptor).isFile() ? readFileSync(descriptor, "utf8") : "";
  } catch {
    // Gone or unreadable for us: for Codex as well.
    return "";
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** The warning for a run that such rules may widen; undefined when there are none. */
export function describeAllowRules(paths: readonly string[]): string | undefined {
  if (paths.length === 0) return undefined;
  return `Codex's rules in ${paths.join(", ")} may let matching commands run outside the sandbox; --isolation ignore-rules leaves them out.`;
}

function ruleFolders({ codexHome, cwd, untrusted }: RulePlaces): readonly string[] {
  const project = untrusted ? [] : projectFolders(cwd).map((folder) => join(folder, ".codex", "rules"));
  return [...new Set([join(codexHome, "rules"), "/etc/codex/rules", ...project])];
}

/** From the working folder up to the project's root, which is the nearest folder with `.git`; without one the working folder alone. */
function projectFolders(cwd: string): readonly string[] {
  const folders = [cwd];
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (folder !== cwd) folders.push(folder);
    if (existsSync(join(folder, ".git"))) return folders;
    if (dirname(folder) === folder) return [cwd];
  }
}

/** A rule without a decision allows (Codex's own default), and one whose decision is computed may. */
function allowsSomething(text: string): boolean {
  return ruleArguments(withoutWords(text)).some(
    (words) => !/\bdecision\s*=\s*(?:"prompt"|"forbidden"|'prompt'|'forbidden')/.test(words),
  );
}

/** Rules are written in Starlark: comments go, and all texts but those of decisions become empty. */
function withoutWords(text: string): string {
  const words =
    /(\bdecision\s*=\s*)?("""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|#[^\n]*/g;
  return text.replace(words, (all, decision: string | undefined, string: string | undefined) => {
    if (string === undefined) return "";
    return decision === undefined ? '""' : all;
  });
}

/** What stands between the parentheses of each `prefix_rule(…)`. */
function ruleArguments(code: string): readonly string[] {
  return code
    .split(/\bprefix_rule\s*\(/)
    .slice(1)
    .map((rest) => {
      const characters = Array.from(rest);
      let depth = 1;
      const end = characters.findIndex((character) => {
        if (character === "(") depth += 1;
        if (character === ")") depth -= 1;
        return depth === 0;
      });
      return characters.slice(0, end < 0 ? undefined : end).join("");
    });
}
