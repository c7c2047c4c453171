import { resolveStateRoot } from "../../settings/state-root.ts";
import type { CliSession } from "./session.ts";
import type { CliWorld } from "./world.ts";

const runCommands: ReadonlySet<string> = new Set([
  "review",
  "adversarial-review",
  "consult",
  "task",
  "reply",
  "image",
]);
const switches: ReadonlySet<string> = new Set(["--direct", "--rehearse"]);
/** With one of these nothing runs. */
const noRun: ReadonlySet<string> = new Set(["--dry-run", "--help", "-h"]);

/** True for a command that begins a run, as far as its first word tells. */
export function startsRun([command = "", verb]: readonly string[]): boolean {
  return runCommands.has(command) || (command === "operator" && verb === "run");
}

/**
 * Starts the process of a run beside this one where the words of the command or the environment let expect that it gets one. They
 * are read for good later: one that was started in vain ends with this process and leaves nothing.
 */
export function startStandbyEarly(words: readonly string[], world: CliWorld): void {
  if (!startsRun(words) || words.some((word) => noRun.has(word))) return;
  const isExpected =
    words.some((word) => switches.has(word)) || world.environment["TANDEM_DIRECT"] === "true";
  if (!isExpected) return;
  try {
    startStandby({ world, stateRoot: resolveStateRoot(world) });
  } catch {
    // No place for the state: the command itself will say so.
  }
}

/** The same once the settings are known. */
export function startStandby({ world, stateRoot }: Pick<CliSession, "world" | "stateRoot">): void {
  const { nodePath, environment } = world;
  world.standby?.start({ nodePath, environment, stateRoot });
}
