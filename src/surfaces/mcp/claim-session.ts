import { drainIdleBrokers } from "../../broker/drain-idle.ts";
import { claimSession, isClaimed, releaseOwnClaims } from "../../broker/session-claims.ts";
import { messageOf } from "../../domain/errors/tandem-error.ts";
import { systemWorld } from "../../jobs/state-world.ts";
import type { Log } from "../../settings/log.ts";
import { resolveStateRoot } from "../../settings/state-root.ts";
import type { ClientWorld } from "../client/client-session.ts";
import type { ClaudeFacts } from "./client-facts.ts";

/** Says that this session uses what runs here, so that the end of another one leaves brokers alone. Never fails. */
export async function claimOwnSession(
  world: ClientWorld,
  claude: ClaudeFacts | undefined,
  log: Log,
): Promise<void> {
  if (claude?.session === undefined) return;
  try {
    await claimSession(resolveStateRoot(world), claude.session, systemWorld());
  } catch (error) {
    log("warning", "the session could not be claimed", messageOf(error));
  }
}

/**
 * The client is gone without having ended this server: it was killed, so none of its hooks ends the session. Brokers without work end
 * when no other session claims what runs here. Never fails.
 */
export async function leaveOwnSession(world: ClientWorld, claude: ClaudeFacts | undefined): Promise<void> {
  if (claude?.session === undefined) return;
  const stateRoot = resolveStateRoot(world);
  const state = systemWorld();
  releaseOwnClaims(stateRoot, state);
  if (!isClaimed(stateRoot, state)) await drainIdleBrokers(stateRoot, world.platform);
}
