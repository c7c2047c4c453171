import type { CliSession } from "./session.ts";

/** Claude Code ends a command of its own after two minutes; before that it must have the job's id and how to go on. */
const budgetInsideClaudeCodeMs = 110_000;

/** Time for which a command waits for its job, in milliseconds; undefined for as long as it takes. */
export function waitBudget({ settings, world }: Pick<CliSession, "settings" | "world">): number | undefined {
  const chosen = settings.values.wait_budget;
  if (chosen !== undefined) return chosen;
  return world.environment["CLAUDECODE"] === "1" ? budgetInsideClaudeCodeMs : undefined;
}
