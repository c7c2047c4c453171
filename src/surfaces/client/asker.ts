import type { AskedBy } from "../../domain/run.ts";
import type { Machine } from "../../settings/paths.ts";

/** Who asks, as far as the environment and the terminal tell. */
export function askerOf({ environment }: Pick<Machine, "environment">, isTerminal: boolean): AskedBy {
  if (environment["CLAUDECODE"] === "1") return "claude-code";
  return isTerminal ? "terminal" : "pipe";
}

/** The same in words, for records of who cancelled or steered a run; `askedBy` where that is known. */
export function describeAsker({ environment }: Pick<Machine, "environment">, askedBy?: AskedBy): string {
  if (askedBy === "mcp") return "an MCP client";
  return environment["CLAUDECODE"] === "1" ? "Claude Code" : "a person";
}
