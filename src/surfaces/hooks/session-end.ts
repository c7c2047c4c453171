import { drainIdleBrokers } from "../../broker/drain-idle.ts";
import { isClaimed, releaseSession } from "../../broker/session-claims.ts";
import { systemWorld } from "../../jobs/state-world.ts";
import { resolveStateRoot } from "../../settings/state-root.ts";
import type { HookInput } from "./hook-input.ts";
import type { HookAnswer, HookWorld } from "./hook-world.ts";

/** Claude Code goes on with another session in the same process. */
const goesOn: ReadonlySet<string> = new Set(["clear", "resume"]);

/**
 * A session has ended: its claim is taken back, and when no other one claims what runs here, brokers without work end. Jobs go on, and
 * nothing stored is removed. Claude Code gives 1.5 s; whatever is not done then is done by the brokers' own idle time.
 */
export async function endSession(
  { session, reason = "" }: HookInput,
  world: HookWorld,
): Promise<HookAnswer | undefined> {
  if (goesOn.has(reason)) return undefined;
  const stateRoot = resolveStateRoot(world);
  releaseSession(stateRoot, session);
  if (!isClaimed(stateRoot, systemWorld())) await drainIdleBrokers(stateRoot, world.platform);
  return undefined;
}
