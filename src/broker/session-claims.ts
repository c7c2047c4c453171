import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { ProcessIdentity } from "../domain/job.ts";
import { isRecord, parseJson } from "../domain/json.ts";
import { isSessionId } from "../domain/session-id.ts";
import { isProcessIdentity } from "../jobs/job-record.ts";
import { removeQuietly } from "../jobs/lock-file.ts";
import { readPrivateFile, writePrivateFile } from "../jobs/private-files.ts";
import { ensurePrivateFolder } from "../jobs/private-folders.ts";
import { livenessOf } from "../jobs/process-identity.ts";
import type { StateWorld } from "../jobs/state-world.ts";

/**
 * Says that a session of Claude Code uses what runs here, as long as this process (the session's server) lives. Claims of dead
 * processes are swept away. Throws `state_unwritable`; a session works without a claim as well.
 */
export async function claimSession(stateRoot: string, session: string, world: StateWorld): Promise<void> {
  if (!isSessionId(session)) return;
  const folder = claimsFolder(stateRoot);
  ensurePrivateFolder(folder);
  sweepClaims(stateRoot, world);
  const claim = { process: world.self, at: world.now().toISOString() };
  await writePrivateFile(join(folder, `${session}.json`), JSON.stringify(claim), { durable: false });
}

/** Takes a session's claim back. Never fails. */
export function releaseSession(stateRoot: string, session: string): void {
  if (isSessionId(session)) removeQuietly(join(claimsFolder(stateRoot), `${session}.json`));
}

/** Takes back what this process has claimed, and nothing of another server of the same session. Never fails. */
export function releaseOwnClaims(stateRoot: string, { self }: Pick<StateWorld, "self">): void {
  for (const { path, holder } of claimsIn(stateRoot)) {
    if (holder?.pid === self.pid && holder.host === self.host) removeQuietly(path);
  }
}

/**
 * True when a session claims what runs here: one whose process lives, or cannot be seen from here. After `/clear` a session has another
 * id than its claim says, which the process behind the claim makes up for. Claims of the dead are removed.
 */
export function isClaimed(stateRoot: string, world: StateWorld): boolean {
  return sweepClaims(stateRoot, world) > 0;
}

/** Gives how many are left. */
function sweepClaims(stateRoot: string, { processes }: StateWorld): number {
  let left = 0;
  for (const { path, holder } of claimsIn(stateRoot)) {
    if (holder !== undefined && livenessOf(holder, processes) !== "dead") left += 1;
    else removeQuietly(path);
  }
  return left;
}

/** Every claim with the process behind it; without one where the file is none of ours. */
function claimsIn(
  stateRoot: string,
): readonly { readonly path: string; readonly holder?: ProcessIdentity }[] {
  const folder = claimsFolder(stateRoot);
  return namesIn(folder).map((name) => {
    const path = join(folder, name);
    const read = readPrivateFile(path, 4_096);
    const value = read.found === "file" ? parseJson(read.bytes.toString("utf8")) : undefined;
    const holder = isRecord(value) ? value["process"] : undefined;
    return isProcessIdentity(holder) ? { path, holder } : { path };
  });
}

function claimsFolder(stateRoot: string): string {
  return join(stateRoot, "sessions");
}

/** What is being written has another name for a moment. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".json") && !name.startsWith("."));
  } catch {
    return []; // No session has ever claimed anything.
  }
}
