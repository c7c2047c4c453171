import { randomUUID } from "node:crypto";
import { renameSync, utimesSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { TandemError } from "../domain/errors/tandem-error.ts";
import {
  createExclusively,
  type LockHolder,
  readLock,
  removeFile,
  removeQuietly,
  writeHolder,
} from "./lock-file.ts";
import { claimTakeover, isStale } from "./lock-takeover.ts";
import { toStateError } from "./state-errors.ts";
import type { StateWorld } from "./state-world.ts";

/** A lock that this process holds. */
export interface FileLock {
  readonly path: string;
  /** Gives a sign of life: others that cannot see this process go by the file's time. */
  refresh(): void;
  /** Frees the lock if it is still ours; a second call does nothing. */
  release(): void;
}

export type LockAttempt =
  | { readonly taken: true; readonly lock: FileLock }
  | { readonly taken: false; readonly holder: LockHolder | undefined };

/**
 * Takes a lock now or says who holds it. A lock whose holder is verified dead is taken over; of many takers one wins.
 * Throws `state_unwritable` or `disk_full` when the lock file cannot be made.
 */
export function tryLock(path: string, world: StateWorld, job?: string): LockAttempt {
  const holder = { token: randomUUID(), process: world.self, ...(job === undefined ? {} : { job }) };
  const draft = `${path}.${holder.token}.tmp`;
  try {
    writeHolder(draft, holder);
    return attempt(path, draft, holder, world);
  } catch (thrown) {
    throw toStateError(thrown, dirname(path));
  } finally {
    removeQuietly(draft);
  }
}

interface WaitingLimits {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Most holders only write a file. */
const shortestPauseMs = 1;
const longestPauseMs = 10;

/** Takes a lock as soon as it is free. Throws `internal` when that takes longer than `timeoutMs`, the signal's reason when aborted. */
export async function acquireLock(
  path: string,
  world: StateWorld,
  { timeoutMs, signal }: WaitingLimits,
): Promise<FileLock> {
  const end = performance.now() + timeoutMs;
  for (let pauseMs = shortestPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    signal?.throwIfAborted();
    const result = tryLock(path, world);
    if (result.taken) return result.lock;
    if (performance.now() >= end) throw tooLate(path, timeoutMs, result.holder);
    // Different pauses, so that waiters do not meet again and again.
    await delay((0.5 + Math.random()) * pauseMs);
  }
}

function attempt(path: string, draft: string, holder: LockHolder, world: StateWorld): LockAttempt {
  // A lock may be freed between the two looks at it; a taker that is slower than so many others can as well wait.
  for (let round = 0; round < 5; round += 1) {
    if (createExclusively(draft, path, holder)) return { taken: true, lock: heldLock(path, holder) };
    const present = readLock(path);
    if (present === undefined) continue;
    if (!isStale(path, present, world)) return { taken: false, holder: present.holder };
    const claim = claimTakeover(path, present.instance, draft, holder, world);
    if (claim === undefined) return { taken: false, holder: present.holder };
    try {
      if (readLock(path)?.instance !== present.instance) continue;
      renameSync(draft, path);
      return { taken: true, lock: heldLock(path, holder) };
    } finally {
      claim.drop();
    }
  }
  return { taken: false, holder: readLock(path)?.holder };
}

function heldLock(path: string, holder: LockHolder): FileLock {
  const isOurs = () => readLock(path)?.holder?.token === holder.token;
  return {
    path,
    refresh() {
      const now = new Date();
      if (isOurs()) utimesSync(path, now, now);
    },
    release() {
      if (isOurs()) removeFile(path);
    },
  };
}

function tooLate(path: string, timeoutMs: number, holder: LockHolder | undefined): TandemError {
  const who = holder === undefined ? "another process" : `process ${holder.process.pid}`;
  return new TandemError("internal", { cause: `${path} was held by ${who} for more than ${timeoutMs} ms` });
}
