import { rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { acquireLock } from "./file-lock.ts";
import { toStateError } from "./state-errors.ts";
import { jobFiles, jobFolder, type StatePaths } from "./state-paths.ts";
import type { StateWorld } from "./state-world.ts";

/** Something in the state root that is not as we left it. Nothing is thrown away. */
export interface StateFinding {
  readonly job?: string;
  readonly path: string;
  readonly problem: string;
  /** The new name of a file that could not be used. */
  readonly setAsideAs?: string;
}

/** A finding as the person is told of it. */
export interface StateProblem extends StateFinding {
  /** All of it in one sentence. */
  readonly message: string;
}

/** Puts a finding into words. */
export function describeFinding(finding: StateFinding): StateProblem {
  const { path, problem, setAsideAs } = finding;
  const end = setAsideAs === undefined ? "" : `; it was set aside as ${setAsideAs}`;
  return { ...finding, message: `${path}: ${problem}${end}.` };
}

/** What the functions of the job store share. */
export interface StoreContext {
  readonly paths: StatePaths;
  readonly world: StateWorld;
  readonly reportProblem: (finding: StateFinding) => void;
  /** Takes secrets out of a text before it is written into a journal. */
  readonly redact: (text: string) => string;
}

/** Runs `body` as the only one, over all processes, that changes this job's files. */
export async function withRecordLock<Value>(
  context: StoreContext,
  id: string,
  body: () => Promise<Value>,
): Promise<Value> {
  const path = join(jobFolder(context.paths, id), jobFiles.recordLock);
  const lock = await acquireLock(path, context.world, { timeoutMs: recordLockWaitMs });
  try {
    return await body();
  } finally {
    lock.release();
  }
}

/** Renames a file that cannot be used, so that it can still be looked at. Gives its new name. */
export async function setAside(path: string, now: Date): Promise<string> {
  const time = now.toISOString().replace(/[-:.]/g, "");
  const target = `${path}.corrupt-${time}`;
  try {
    await rename(path, target);
  } catch (thrown) {
    throw toStateError(thrown, dirname(path));
  }
  return target;
}

// Longer than the slowest holder: a reconciliation that waits for a leftover process to die and makes the patch of what it left.
const recordLockWaitMs = 40_000;
