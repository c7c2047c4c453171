import { createHash } from "node:crypto";
import { closeSync, readSync } from "node:fs";
import type { Found } from "../evidence/verify-receipt.ts";
import { openFile } from "./open-file.ts";
import { errorCodeOf } from "./state-errors.ts";

/**
 * Measures a file, or its first `limit` bytes, in pieces: a journal may be larger than what fits into memory. Links are not
 * followed. Who owns the file does not matter: it is compared, not believed.
 */
export async function digestFile(path: string, limit = Number.POSITIVE_INFINITY): Promise<Found> {
  const opened = openFile(path);
  if (opened.found !== "file") return opened;
  const { descriptor, stats } = opened;
  try {
    return { found: "file", ...(await digestStart(descriptor, stats.size, limit)) };
  } catch (thrown) {
    return { found: "refused", problem: `it cannot be read (${errorCodeOf(thrown) ?? "unknown"})` };
  } finally {
    closeSync(descriptor);
  }
}

const pieceBytes = 256 * 1024;

/** Most files are one piece, which is read faster than another thread can be asked for it; after each others have their turn. */
async function digestStart(descriptor: number, size: number, limit: number) {
  const hash = createHash("sha256");
  const piece = Buffer.allocUnsafe(Math.min(pieceBytes, size + 1));
  let bytes = 0;
  while (bytes < limit) {
    const count = readSync(descriptor, piece, 0, Math.min(piece.length, limit - bytes), bytes);
    if (count === 0) break;
    hash.update(piece.subarray(0, count));
    bytes += count;
    if (count === pieceBytes) await new Promise((resolve) => setImmediate(resolve));
  }
  return { bytes, sha256: hash.digest("hex") };
}
