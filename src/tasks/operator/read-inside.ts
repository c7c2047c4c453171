import { constants } from "node:fs";
import { type FileHandle, open, realpath } from "node:fs/promises";
import { relative } from "node:path";
import { messageOf } from "../../domain/errors/tandem-error.ts";
import { largestOutput } from "./collected-output.ts";

/** A regular file that is reached without a link, so that it was made in this folder. */
export async function readInside(
  path: string,
  folder: string,
): Promise<{ content: Buffer } | { problem: string }> {
  try {
    const [real, root] = await Promise.all([realpath(path), realpath(folder)]);
    if (relative(root, real) !== relative(folder, path))
      return { problem: "it is a link, or lies behind one" };
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) return { problem: "it is not a regular file" };
      if (stats.nlink > 1) return { problem: "it is another name of a file that was there" };
      if (stats.size > largestOutput) return { problem: `it has more than ${largestOutput} bytes` };
      return { content: await readBytes(handle, stats.size) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { problem: isMissing(error) ? "it was not made" : messageOf(error) };
  }
}

/** As much as the file held when it was looked at: a process that goes on writing to it must not keep us reading. */
async function readBytes(handle: FileHandle, size: number): Promise<Buffer> {
  const content = Buffer.alloc(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await handle.read(content, filled, size - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return content.subarray(0, filled);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
