import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { Digest } from "./digest.ts";

/** The digest of a regular file, read piece by piece. Throws the system's error, also for a link. */
export async function digestOfFile(path: string): Promise<Digest> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (!(await handle.stat()).isFile()) throw new Error("it is not a regular file");
    const hash = createHash("sha256");
    let bytes = 0;
    const pieces: AsyncIterable<Buffer> = handle.createReadStream({ autoClose: false });
    for await (const piece of pieces) {
      hash.update(piece);
      bytes += piece.length;
    }
    return { bytes, sha256: hash.digest("hex") };
  } finally {
    await handle.close();
  }
}
