import { accessSync, closeSync, constants, openSync, readSync, realpathSync, statSync } from "node:fs";

/** What the search for Codex asks of the disk; injected, so that the layouts of other systems can be tested. */
export interface FileView {
  /** The path without links, or undefined when nothing is there. */
  readonly realPath: (path: string) => Promise<string | undefined>;
  /** True for a regular file that this user may run. */
  readonly isProgram: (path: string) => Promise<boolean>;
  /** The first bytes of a regular file; empty when it cannot be read. */
  readonly readStart: (path: string, bytes: number) => Promise<Buffer>;
}

/** The real disk, read at once: a search is a few dozen short calls, and waiting for each takes longer than all of them. */
export const disk: FileView = {
  realPath: async (path) => {
    try {
      return realpathSync.native(path);
    } catch {
      // Missing, or behind a folder that may not be entered: not usable either way.
      return undefined;
    }
  },
  isProgram: async (path) => {
    try {
      // Making an error of a missing file takes longer than looking first, and most places that are tried are empty.
      if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
      // Windows knows no right to execute.
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      // Not executable, or behind a folder that may not be entered: the search goes on.
      return false;
    }
  },
  readStart: async (path, bytes) => {
    try {
      if (!statSync(path).isFile()) return Buffer.alloc(0);
      const descriptor = openSync(path, "r");
      try {
        const buffer = Buffer.allocUnsafeSlow(bytes);
        return buffer.subarray(0, readSync(descriptor, buffer, 0, bytes, 0));
      } finally {
        closeSync(descriptor);
      }
    } catch {
      // A program may be executable and not readable: then nothing is known of its form.
      return Buffer.alloc(0);
    }
  },
};
