import { randomFillSync } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { discard } from "./private-files.ts";
import { toStateError } from "./state-errors.ts";

/** Room that a run's result finds when the disk becomes full while it goes on. */
export interface DiskReserve {
  /** Gives the room back, for what has to be written now. */
  free(): void;
}

/** Most results are smaller; a journal is not written into this. */
const reservedBytes = 256 * 1024;

/** Made once: a broker takes room for each of its jobs. */
let filling: Buffer | undefined;

/** Takes room in the folder of a job. Throws `disk_full` or `state_unwritable`: then nothing was spent yet. */
export function takeReserve(folder: string): DiskReserve {
  try {
    // Bytes that no file system can make smaller.
    filling ??= randomFillSync(Buffer.alloc(reservedBytes));
    // At once: it only goes as far as the memory, and another thread takes longer to be asked.
    writeFileSync(reservePath(folder), filling, { flag: "w", mode: 0o600 });
  } catch (thrown) {
    // What there was room for took the last of it, and the end of the job has to be written now.
    discard(reservePath(folder));
    throw toStateError(thrown, folder);
  }
  return { free: () => freeReserve(folder) };
}

/** Gives back the room that an owner took, also one that died. Throws the system's error. */
export function freeReserve(folder: string): void {
  rmSync(reservePath(folder), { force: true });
}

function reservePath(folder: string): string {
  return join(folder, "reserve");
}
