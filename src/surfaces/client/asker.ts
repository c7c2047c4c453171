import type { AskedBy } from "../../domain/run.ts";
import type { Machine } from "../../settings/paths.ts";

/** Who asks, as far as the environment and the terminal tell. */
export function askerOf({ environment }: Pick<Machine, "environment">, isTerminal: boolean): AskedBy {
  if (environment["CLAUDECODE"] === "1") return "claude-code";
  return isTerminal ? "terminal" : "pipe";
}

/** The same in words, for records of who cancelled or steered a run. */
export function describeAsker({ environment }: Pick<Machine, "environment">): string {
  return environment["CLAUDECODE"] === "1" ? "Claude Code" : "a person";
}
