import { messageOf, TandemError } from "../domain/errors/tandem-error.ts";

/** What to throw when the system refused to write in `folder`: `disk_full`, else `state_unwritable`. A fault of ours passes as it is. */
export function toStateError(thrown: unknown, folder: string): Error {
  const code = errorCodeOf(thrown);
  const cause = messageOf(thrown);
  if (code === undefined) return thrown instanceof Error ? thrown : new Error(cause);
  const kind = code === "ENOSPC" || code === "EDQUOT" ? "disk_full" : "state_unwritable";
  return new TandemError(kind, { folder, cause }, { cause: thrown });
}

/** The system's code of a failed call (`ENOENT`), undefined for any other error. */
export function errorCodeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !("code" in thrown)) return undefined;
  return typeof thrown.code === "string" ? thrown.code : undefined;
}

/** True when a file or folder on the way does not exist. */
export function isMissing(thrown: unknown): boolean {
  const code = errorCodeOf(thrown);
  return code === "ENOENT" || code === "ENOTDIR";
}

/**
 * True for a failure that says nothing of the file: too many open files, a disk or a server that does not answer, on Windows somebody
 * who has it open. It may well be read the next time, so nothing may be concluded from it.
 */
export function mayPass(code: string | undefined, platform: NodeJS.Platform = process.platform): boolean {
  return code !== undefined && (passing.has(code) || (platform === "win32" && sharing.has(code)));
}

const passing = new Set(
  "EMFILE ENFILE ENOMEM ENOBUFS EAGAIN EINTR EIO ESTALE EBUSY ETIMEDOUT EHOSTDOWN EREMOTEIO".split(" "),
);
const sharing = new Set(["EPERM", "EACCES"]);

/** True when the state cannot be written at all, so that a reader has to do without. */
export function isUnwritable(thrown: unknown): boolean {
  if (!(thrown instanceof TandemError)) return false;
  return thrown.report.kind === "state_unwritable" || thrown.report.kind === "disk_full";
}
