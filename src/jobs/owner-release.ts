import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { jobFiles } from "./state-paths.ts";
import type { JobStore } from "./store.ts";

const lookMs = 4;

/**
 * Waits until the owner of an ended job has let go of it: then nothing of Codex is left of the run. A successful run's result is
 * stored a moment before that. Resolves after `limitMs` at the latest.
 */
export async function waitForRelease(
  store: Pick<JobStore, "foldersOf">,
  id: string,
  limitMs: number,
): Promise<void> {
  const lock = join(store.foldersOf(id).job, jobFiles.ownerLock);
  const deadline = performance.now() + limitMs;
  while (existsSync(lock) && performance.now() < deadline) await delay(lookMs);
}
