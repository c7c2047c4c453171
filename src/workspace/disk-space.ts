import { TandemError } from "../domain/errors/tandem-error.ts";

/**
 * What git says of a failed write. Its messages are in English (`LC_ALL=C`) and end with the system's, but for that of a file which it
 * could make and not fill (entry.c).
 */
const gitNoSpace =
  /: (?:No space left on device|Disk quota exceeded)(?:;|$)|(?:^|; )error: unable to write file /;

/** True when git failed for want of space. */
export function isGitOutOfSpace(message: string): boolean {
  return gitNoSpace.test(message);
}

/** An error of the system for want of space as `disk_full`; any other as it is. */
export function orDiskFull(thrown: unknown, folder: string): unknown {
  const isFull =
    thrown instanceof Error && "code" in thrown && (thrown.code === "ENOSPC" || thrown.code === "EDQUOT");
  return isFull ? new TandemError("disk_full", { folder, cause: thrown.message }, { cause: thrown }) : thrown;
}
