import type { PatchFile } from "../../domain/envelope.ts";
import { readGit } from "../git.ts";
import type { Git } from "../git-process.ts";
import { pathBytes, splitRecords } from "../paths.ts";
import type { Repository } from "../repository.ts";
import { indexKept } from "../snapshot.ts";
import { type KeptFile, sortFiles } from "../snapshot-files.ts";
import { noLimits, stageFiles } from "../worktree/stage-files.ts";
import type { IndexEntries } from "./earlier-patches.ts";

/** Files of the work tree in an index of ours. */
export interface StagedFiles {
  /** Object id of the tree. */
  readonly tree: string;
  /** Files that could not be put there, with the reason, by name as latin-1. */
  readonly leftOut: ReadonlyMap<string, string>;
}

/**
 * Puts the named files as they are now into the index of `git`, over what they were at the baseline. A file that the person's sparse
 * checkout leaves out is there as their own index has it.
 */
export async function stagePresent(
  repository: Repository,
  git: Git,
  files: readonly PatchFile[],
  names: readonly Buffer[],
): Promise<StagedFiles> {
  const entries = names.map((name) => ({
    record: Buffer.concat([Buffer.from("? "), name]),
    name,
    isContentOnly: false,
    isWorktreeChange: true,
  }));
  const { kept, candidates, unkept } = await sortFiles({ ...repository, git }, entries, noLimits);
  const idLength = repository.emptyTree.length;
  const there = new Set(candidates.map(({ name }) => name.toString("latin1")));
  const baseline = files.flatMap(({ path, oldPath, before }) => {
    const name = pathBytes(oldPath ?? path);
    return before === undefined || !there.has(name.toString("latin1")) ? [] : [{ name, ...before }];
  });
  await indexKept(git, baseline, idLength);
  const notCheckedOut =
    kept.length === 0 ? new Map<string, KeptFile>() : await readNotCheckedOut(repository.git);
  const known = kept.map((file) => notCheckedOut.get(file.name.toString("latin1")) ?? file);
  const tree = await stageFiles(git, { kept: known, candidates }, idLength);
  const leftOut = new Map(
    Object.entries(unkept).map(([path, { reason }]) => [pathBytes(path).toString("latin1"), reason]),
  );
  return { tree, leftOut };
}

/** The index of `git`, by name as latin-1. */
export async function readIndex(git: Git): Promise<IndexEntries> {
  const records = splitRecords(await readGit(git, ["ls-files", "-z", "--stage"]));
  return new Map(
    records.map((record) => {
      const { name, mode, id } = readEntry(record);
      return [name.toString("latin1"), { mode, id }];
    }),
  );
}

/** Files of the index that git does not look for in the work tree (`S`). */
async function readNotCheckedOut(git: Git): Promise<ReadonlyMap<string, KeptFile>> {
  const records = splitRecords(await readGit(git, ["ls-files", "-z", "-t", "--stage", "--full-name"]));
  const skipped = records.filter((record) => record.toString("latin1", 0, 2) === "S ");
  return new Map(
    skipped.map((record) => {
      const entry = readEntry(record.subarray(2));
      return [entry.name.toString("latin1"), entry];
    }),
  );
}

/** `mode SP id SP stage TAB name`. */
function readEntry(record: Buffer): Required<KeptFile> {
  const tab = record.indexOf(0x09);
  const [mode = "", id = ""] = record.toString("latin1", 0, tab).split(" ");
  return { name: record.subarray(tab + 1), mode, id };
}
