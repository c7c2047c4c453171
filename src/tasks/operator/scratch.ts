import { copyFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { DeclaredOutput, OperatorRequest } from "../../domain/operator.ts";

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
  await rm(folders.scratch, { recursive: true, force: true });
  await rm(folders.kept, { recursive: true, force: true });
  for (const folder of [folders.scratch, folders.kept]) await mkdir(folder, { mode: 0o700 });
  for (const output of new Set(outputs.map((declared) => declared.output))) {
    await mkdir(join(folders.scratch, output), { mode: 0o700 });
  }
  for (const declared of outputs) {
    if (declared.seed !== undefined) await copyFile(declared.seed, scratchPath(folders, declared));
  }
  return folders;
}

/** Where Codex is to write an output. */
export function scratchPath({ scratch }: RunFolders, { output, file }: DeclaredOutput): string {
  return join(scratch, output, file);
}

/** Removes what Codex could write. What we kept of it stays. */
export async function removeScratch({ scratch }: RunFolders): Promise<void> {
  await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
}
