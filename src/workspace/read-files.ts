import { constants } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";

/** The absolute path of a file in the work tree, in bytes. */
export function worktreePath(root: string | Buffer, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(root), Buffer.from(path.sep), name]);
}

/**
 * Reads a regular file of at most `maxBytes`; undefined when it is larger or no regular file. A link in its place is not followed and
 * a pipe is not waited for. Throws the system's error when it cannot be read.
 */
export async function readSmallFile(file: Buffer, maxBytes: number): Promise<Buffer | undefined> {
  const handle = await open(
    file,
    constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
  );
  try {
    const facts = await handle.stat();
    if (!facts.isFile() || facts.size > maxBytes) return undefined;
    // One byte more than it may have shows a file that grows meanwhile.
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(facts.size + 1), 0, facts.size + 1, 0);
    return bytesRead > maxBytes ? undefined : buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Maps with at most 16 calls under way, in the order of the list. */
export async function mapLimited<Item, Result>(
  items: readonly Item[],
  map: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next; index < items.length; index = next) {
      next += 1;
      const item = items[index];
      if (item !== undefined) results[index] = await map(item);
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  return results;
}
