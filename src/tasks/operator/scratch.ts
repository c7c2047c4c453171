import { chmod, copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../../domain/errors/tandem-error.ts";
import type { DeclaredOutput, OperatorRequest } from "../../domain/operator.ts";
import { removeTree } from "../../workspace/remove-tree.ts";
import type { TaskContext } from "../task.ts";

/** The folders of one run, both private to the user and in the job's own folder. */
export interface RunFolders {
  /** The only place that Codex may write. */
  readonly scratch: string;
  /** Our copies of what it made; Codex cannot write here. */
  readonly kept: string;
}

/** Makes the folders of a run and puts the files into the scratch folder that Codex is to change. */
export async function makeFolders(jobFolder: string, { outputs }: OperatorRequest): Promise<RunFolders> {
  const folders = { scratch: join(jobFolder, "scratch"), kept: join(jobFolder, "artifacts") };
  // A folder of an earlier owner of this job would hold what was not made in this run.
  await removeTree(folders.scratch);
  await removeTree(folders.kept);
  for (const folder of [folders.scratch, folders.kept]) await mkdir(folder, { mode: 0o700 });
  for (const output of new Set(outputs.map((declared) => declared.output))) {
    await mkdir(join(folders.scratch, output), { mode: 0o700 });
  }
  for (const declared of outputs) {
    if (declared.seed === undefined) continue;
    const path = scratchPath(folders, declared);
    await copyFile(declared.seed, path);
    // The copy of a file that is read-only can be changed too.
    await chmod(path, 0o700);
  }
  return folders;
}

/** Where Codex is to write an output. */
export function scratchPath({ scratch }: RunFolders, { output, file }: DeclaredOutput): string {
  return join(scratch, output, file);
}

/** Removes what Codex could write. What we kept of it stays. What cannot be removed is a warning: the run is what it is. */
export async function removeScratch(
  { scratch }: RunFolders,
  { emit }: Pick<TaskContext, "emit">,
): Promise<void> {
  try {
    await removeTree(scratch);
  } catch (error) {
    const message = `The scratch folder of the run could not be removed: ${messageOf(error)}`;
    emit({ type: "warning", source: "operator", message, isNotable: true });
  }
}
