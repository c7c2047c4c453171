import { closeSync, constants, fstatSync, openSync, type Stats } from "node:fs";
import { errorCodeOf, isMissing, mayPass } from "./state-errors.ts";

/** Something that is not ours, or cannot be read. */
export interface Refused {
  readonly found: "refused";
  readonly problem: string;
  /** Only for the moment, as far as anybody knows: see `mayPass`. */
  readonly mayPass?: true;
}

/** What was found where a file should be, opened; the caller closes `descriptor`. */
export type OpenedFile =
  | { readonly found: "file"; readonly descriptor: number; readonly stats: Stats }
  | { readonly found: "nothing" }
  | Refused;

/** Opens a regular file for reading. Links are not followed, and a planted pipe is not waited for. */
export function openFile(path: string): OpenedFile {
  let descriptor: number;
  try {
    descriptor = openSync(path, readFlags);
  } catch (thrown) {
    if (isMissing(thrown)) return { found: "nothing" };
    const code = errorCodeOf(thrown) ?? "unknown";
    if (code === "ELOOP") return { found: "refused", problem: "it is a link" };
    return refusal(`it cannot be opened (${code})`, code);
  }
  const stats = fstatSync(descriptor);
  if (stats.isFile()) return { found: "file", descriptor, stats };
  closeSync(descriptor);
  return { found: "refused", problem: "it is not a file" };
}

/** What the system did not let us read. */
export function refusal(problem: string, code: string | undefined): Refused {
  return { found: "refused", problem, ...(mayPass(code) ? { mayPass: true } : {}) };
}

// Without O_NONBLOCK a planted pipe would hang the open. Windows defines neither of the two (undefined counts as 0).
const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
