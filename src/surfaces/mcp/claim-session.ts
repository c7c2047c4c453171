import { claimSession } from "../../broker/session-claims.ts";
import { messageOf } from "../../domain/errors/tandem-error.ts";
import { systemWorld } from "../../jobs/state-world.ts";
import type { Log } from "../../settings/log.ts";
import type { Machine } from "../../settings/paths.ts";
import { resolveStateRoot } from "../../settings/state-root.ts";
import type { ClaudeFacts } from "./client-facts.ts";

/** Says that this session uses what runs here, so that the end of another one leaves brokers alone. Never fails. */
export async function claimOwnSession(
  machine: Machine,
  claude: ClaudeFacts | undefined,
  log: Log,
): Promise<void> {
  if (claude?.session === undefined) return;
  try {
    await claimSession(resolveStateRoot(machine), claude.session, systemWorld());
  } catch (error) {
    log("warning", "the session could not be claimed", messageOf(error));
  }
}
