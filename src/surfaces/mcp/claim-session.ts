import { drainIdleBrokers } from "../../broker/drain-idle.ts";
import { claimSession, isClaimed, releaseOwnClaims } from "../../broker/session-claims.ts";
import { messageOf } from "../../domain/errors/tandem-error.ts";
import { keepSession, passSessionOn } from "../../jobs/session-heirs.ts";
import { moveNotes } from "../../jobs/session-notes.ts";
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
    const stateRoot = resolveStateRoot(world);
    // It may be one that was resumed after another one had gone on in its place.
    keepSession(stateRoot, claude.session);
    await claimSession(stateRoot, claude.session, systemWorld());
  } catch (error) {
    log("warning", "the session could not be claimed", messageOf(error));
  }
}

/** The client goes on with another session: what waits for the one it left, and what its jobs will tell, is for that. Never fails. */
export async function passOwnSession(world: ClientWorld, from: string, to: string, log: Log): Promise<void> {
  try {
    const stateRoot = resolveStateRoot(world);
    await passSessionOn(stateRoot, from, to);
    moveNotes(stateRoot, from, to);
  } catch (error) {
    log("warning", "jobs of the session before cannot tell this one of their end", messageOf(error));
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
