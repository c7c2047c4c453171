import { type FSWatcher, watch } from "node:fs";

/** A watch over the files of one folder. It never keeps a process running. */
export interface FolderWatch {
  /** False where the system cannot watch, or not any more: then only a look tells what is new. */
  readonly isAlive: boolean;
  close(): void;
}

/**
 * Calls back with the name of each file of the folder that is made, changed or renamed; undefined when the system does not tell
 * which. A hint only: some file systems tell nothing, so whoever waits has to look from time to time as well.
 */
export function watchFolder(folder: string, onChange: (name: string | undefined) => void): FolderWatch {
  let watcher: FSWatcher | undefined;
  const close = () => {
    watcher?.close();
    watcher = undefined;
  };
  try {
    watcher = watch(folder, { persistent: false }, (_event, name) => onChange(name ?? undefined));
    watcher.on("error", close);
  } catch {
    // The folder is not there, or the system has no watches left: the caller's own looks do.
  }
  return {
    get isAlive() {
      return watcher !== undefined;
    },
    close,
  };
}
