import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { Found } from "../evidence/verify-receipt.ts";
import { errorCodeOf, isMissing } from "./state-errors.ts";

/**
 * Measures a file, or its first `limit` bytes, in pieces: a journal may be larger than what fits into memory. Links are not
 * followed. Who owns the file does not matter: it is compared, not believed.
 */
export async function digestFile(path: string, limit = Number.POSITIVE_INFINITY): Promise<Found> {
  let handle: FileHandle;
  try {
    handle = await open(path, readFlags);
  } catch (thrown) {
    if (isMissing(thrown)) return { found: "nothing" };
    const code = errorCodeOf(thrown) ?? "unknown";
    return { found: "refused", problem: code === "ELOOP" ? "it is a link" : `it cannot be opened (${code})` };
  }
  try {
    if (!(await handle.stat()).isFile()) return { found: "refused", problem: "it is not a file" };
    return { found: "file", ...(await digestStart(handle, limit)) };
  } catch (thrown) {
    return { found: "refused", problem: `it cannot be read (${errorCodeOf(thrown) ?? "unknown"})` };
  } finally {
    await handle.close();
  }
}

// Without O_NONBLOCK a planted pipe would hang the open. Windows defines neither of the two (undefined counts as 0).
const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

async function digestStart(handle: FileHandle, limit: number) {
  const hash = createHash("sha256");
  const chunk = Buffer.alloc(256 * 1024);
  let bytes = 0;
  while (bytes < limit) {
    const { bytesRead } = await handle.read(chunk, 0, Math.min(chunk.length, limit - bytes), bytes);
    if (bytesRead === 0) break;
    hash.update(chunk.subarray(0, bytesRead));
    bytes += bytesRead;
  }
  return { bytes, sha256: hash.digest("hex") };
}
