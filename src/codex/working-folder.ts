import { stat } from "node:fs/promises";
import { TandemError } from "../domain/errors/tandem-error.ts";

/**
 * Throws `workspace_gone` where the folder of a run is no folder any more. Between a request and its run it may have been removed, and
 * an app-server opens threads and takes turns in a folder that does not exist (Codex 0.169): an answer about nothing, paid for.
 */
export async function requireWorkingFolder(folder: string): Promise<void> {
  const isFolder = await stat(folder).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new TandemError("workspace_gone", { folder });
}
