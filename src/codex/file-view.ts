import { constants } from "node:fs";
import { access, open, realpath, stat } from "node:fs/promises";

/** What the search for Codex asks of the disk; injected, so that the layouts of other systems can be tested. */
export interface FileView {
  /** The path without links, or undefined when nothing is there. */
  readonly realPath: (path: string) => Promise<string | undefined>;
  /** True for a regular file that this user may run. */
  readonly isProgram: (path: string) => Promise<boolean>;
  /** The first bytes of a regular file; empty when it cannot be read. */
  readonly readStart: (path: string, bytes: number) => Promise<Buffer>;
}

/** The real disk. */
export const disk: FileView = {
  realPath: async (path) => {
    try {
      return await realpath(path);
    } catch {
      // Missing, or behind a folder that may not be entered: not usable either way.
      return undefined;
    }
  },
  isProgram: async (path) => {
    try {
      // Windows knows no right to execute; there this asks only whether the file exists.
      await access(path, constants.X_OK);
      return (await stat(path)).isFile();
    } catch {
      // Missing or not executable: the search goes on.
      return false;
    }
  },
  readStart: async (path, bytes) => {
    try {
      if (!(await stat(path)).isFile()) return Buffer.alloc(0);
      const file = await open(path);
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    } catch {
      // A program may be executable and not readable: then nothing is known of its form.
      return Buffer.alloc(0);
    }
  },
};
