import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
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

/** Removes the snapshots that are neither the baseline nor looked at by a review that may be running. */
export async function dropSnapshots(
  places: GatePlaces,
  baseline: GateSnapshot | undefined,
  now: Date,
): Promise<void> {
  for (const name of namesIn(places.snapshots)) {
    const age = now.getTime() - Number(name.slice(0, 13));
    if (!isSnapshotName(name) || name === baseline?.folder || age < neededMs) continue;
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
