import { constants, type Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

/** Opens a regular file for the time of `use`. Throws for anything else; a named pipe that nobody writes does not block. */
export async function withRegularFile<Result>(
  path: string,
  use: (handle: FileHandle, stats: Stats) => Promise<Result>,
): Promise<Result> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new Error("it is not a regular file");
    return await use(handle, stats);
  } finally {
    await handle.close();
  }
}
