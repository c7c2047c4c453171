import { randomBytes } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { rm, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { Repository } from "../../workspace/repository.ts";
import { keepSnapshot } from "../../workspace/snapshot.ts";
import { ensurePrivateFolder } from "../private-folders.ts";
import type { GatePlaces } from "./gate-places.ts";
import { type GateSnapshot, isSnapshotName } from "./gate-state.ts";

/** Keeps the files as they are now. Throws as `keepSnapshot`, and `state_unwritable`. */
export async function takeSnapshot(
  places: GatePlaces,
  repository: Repository,
  now: Date,
): Promise<GateSnapshot> {
  const name = `${now.getTime()}-${randomBytes(6).toString("hex")}`;
  ensurePrivateFolder(places.snapshots);
  const folder = snapshotFolder(places, name);
  ensurePrivateFolder(folder);
  try {
    const snapshot = await keepSnapshot(repository, folder);
    return { folder: name, ...snapshot, at: now.toISOString() };
  } catch (thrown) {
    await rm(folder, { recursive: true, force: true });
    throw thrown;
  }
}

export function snapshotFolder({ snapshots }: GatePlaces, name: string): string {
  return join(snapshots, name);
}

/** Longer than a review of any stop takes: it may still read them. */
const neededMs = 15 * 60 * 1000;

/** Notes that a snapshot is the baseline no more: a review that has begun may still read it. */
export async function retireSnapshot(places: GatePlaces, { folder }: GateSnapshot, now: Date): Promise<void> {
  await utimes(snapshotFolder(places, folder), now, now).catch(() => {
    // It was removed.
  });
}

/** Removes the snapshots that are neither the baseline nor looked at by a review that may be running. */
export async function dropSnapshots(
  places: GatePlaces,
  baseline: GateSnapshot | undefined,
  now: Date,
): Promise<void> {
  for (const name of namesIn(places.snapshots)) {
    if (!isSnapshotName(name) || name === baseline?.folder) continue;
    const retiredMs = statSync(snapshotFolder(places, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const age = now.getTime() - Math.max(Number(name.slice(0, 13)), retiredMs);
    if (age < neededMs) continue;
    await rm(snapshotFolder(places, name), { recursive: true, force: true });
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // None was ever kept.
  }
}
