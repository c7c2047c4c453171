import { readGit } from "../git.ts";
import type { Git } from "../git-process.ts";
import { indexKept } from "../snapshot.ts";
import type { SortedFiles } from "../snapshot-files.ts";

/** Work trees have as many files as they have: what is over a limit would be missing without a word. */
export const noLimits = {
  files: Number.POSITIVE_INFINITY,
  fileBytes: Number.POSITIVE_INFINITY,
  totalBytes: Number.POSITIVE_INFINITY,
};

/**
 * Puts files of git's work tree into its index, which is one of ours, and gives the tree. Git itself reads them, as `git add` would: it
 * leaves the ends of lines alone where those that it knows already have carriage returns.
 */
export async function stageFiles(
  git: Git,
  { kept, candidates }: Pick<SortedFiles, "kept" | "candidates">,
  idLength: number,
): Promise<string> {
  await indexKept(git, kept, idLength);
  if (candidates.length > 0) {
    const names = Buffer.concat(candidates.flatMap(({ name }) => [name, Buffer.of(0)]));
    await readGit(git, ["update-index", "--add", "--replace", "-z", "--stdin"], names);
  }
  return (await readGit(git, ["write-tree", "--missing-ok"])).toString("latin1").trim();
}
