import { TandemError } from "../../domain/errors/tandem-error.ts";
import { runGit } from "../git.ts";
import type { Repository } from "../repository.ts";

/** Options of every `git apply`: the user's own about blanks have no part in it. */
export const applyArguments: readonly string[] = [
  "apply",
  "--whitespace=nowarn",
  "--no-ignore-whitespace",
  "-p1",
];

/** True when `git apply --check` says that the patch fits the files as they are. A patch without changes fits. */
export async function patchApplies(repository: Repository, patch: string, bytes: number): Promise<boolean> {
  if (bytes === 0) return true;
  try {
    const { exitCode } = await runGit(repository.git, [...applyArguments, "--check", "--", patch]);
    return exitCode === 0;
  } catch (error) {
    // It could not be found out in time: then nobody says that it does.
    if (error instanceof TandemError) return false;
    throw error;
  }
}
