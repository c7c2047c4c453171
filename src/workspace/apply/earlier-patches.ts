import type { PatchFile } from "../../domain/envelope.ts";
import { TandemError } from "../../domain/errors/tandem-error.ts";
import { readGit } from "../git.ts";
import type { Git } from "../git-process.ts";
import { pathBytes, pathText } from "../paths.ts";
import { indexKept } from "../snapshot.ts";
import type { KeptFile } from "../snapshot-files.ts";
import type { Journal } from "./journal.ts";
import { namesOf } from "./places-of-patch.ts";

/** An entry of git's index. */
export interface IndexEntry {
  readonly mode: string;
  readonly id: string;
}

/** Index entries by name, as latin-1. */
export type IndexEntries = ReadonlyMap<string, IndexEntry>;

/** True when a file is as a patch leaves it. */
export function isInPlace({ path, oldPath, after }: PatchFile, present: IndexEntries): boolean {
  const file = present.get(pathBytes(path).toString("latin1"));
  const isOldGone = oldPath === undefined || !present.has(pathBytes(oldPath).toString("latin1"));
  const isNewThere =
    after === undefined ? file === undefined : file?.id === after.id && file.mode === after.mode;
  return isNewThere && isOldGone;
}

/**
 * The files of an applied patch that count as its work when a later one comes: those that it wrote, and those that both patches name.
 * What was there before it in the same form is the person's.
 */
export function filesOfApplied(
  journal: Journal,
  files: readonly PatchFile[],
  later: readonly PatchFile[],
): readonly PatchFile[] {
  const before = new Map(
    journal.files.map((file) => [Buffer.from(file.name, "base64").toString("latin1"), file.before.kind]),
  );
  const named = new Set(later.flatMap(latinNamesOf));
  return files.filter((file) => {
    const [name = "", ...others] = latinNamesOf(file);
    const isNew = file.before === undefined || others.length > 0;
    const isWritten = others.every((other) => before.has(other)) && before.has(name);
    const isOurs = isWritten && (!isNew || before.get(name) === "absent");
    return isOurs || [name, ...others].every((one) => named.has(one));
  });
}

/**
 * Puts the baseline in place of files that are as an earlier patch of the same work tree left them. This patch holds the changes of that
 * one: merging both would find the same lines changed twice, and what Codex took back since is in neither. Throws `patch_conflict`
 * when the baseline of a file is not to be had any more.
 */
export async function startOver(
  git: Git,
  files: readonly PatchFile[],
  earlier: readonly PatchFile[],
  present: IndexEntries,
  idLength: number,
): Promise<void> {
  const own = new Set(files.map(changeOf));
  const named = new Set(files.flatMap(latinNamesOf));
  const undone = earlier.filter((file) => !own.has(changeOf(file)) && isInPlace(file, present));
  const kept = undone.flatMap(baselineOf);
  const alone = kept.filter(({ name, id }) => id !== undefined && !named.has(name.toString("latin1")));
  await requireContents(git, alone);
  await indexKept(git, kept, idLength);
}

/** Files that `startOver` had to leave: no file of this patch, and neither as an earlier one left them nor at the baseline. */
export function filesThatStay(
  files: readonly PatchFile[],
  earlier: readonly PatchFile[],
  present: IndexEntries,
  isLeftOut: (name: Buffer) => boolean,
): readonly string[] {
  const named = new Set(files.flatMap(latinNamesOf));
  const untold = earlier.flatMap(baselineOf).filter(({ name }) => !named.has(name.toString("latin1")));
  const stay = untold.filter(({ name, mode, id }) => {
    const entry = present.get(name.toString("latin1"));
    return isLeftOut(name) || entry?.id !== id || (entry?.mode ?? "0") !== mode;
  });
  return [...new Set(stay.map(({ name }) => pathText(name)))];
}

/**
 * What a patch changes beside its own files where earlier patches of the same work tree are applied: theirs, of which it says nothing,
 * go back to the baseline.
 */
export function filesTakenBack(
  files: readonly PatchFile[],
  earlier: readonly PatchFile[],
): readonly PatchFile[] {
  const named = new Set(files.flatMap(latinNamesOf));
  const back = earlier.flatMap((file): PatchFile[] => {
    const { path, oldPath, before, after, insertions: deletions, deletions: insertions } = file;
    if (oldPath !== undefined) {
      // The lines of a half are those of no file that is shown.
      const half = { insertions: 0, deletions: 0 };
      return [
        { path, status: "deleted", ...half },
        { path: oldPath, status: "added", ...half },
      ];
    }
    return [
      {
        path,
        status: before === undefined ? "deleted" : after === undefined ? "added" : "modified",
        ...(after === undefined ? {} : { before: after }),
        ...(before === undefined ? {} : { after: before }),
        ...(insertions === undefined || deletions === undefined ? {} : { insertions, deletions }),
      },
    ];
  });
  const byPath = new Map(back.map((file) => [file.path, file]));
  return [...byPath.values()].filter((file) => latinNamesOf(file).every((name) => !named.has(name)));
}

function latinNamesOf(file: PatchFile): readonly string[] {
  return namesOf(file).map((name) => name.toString("latin1"));
}

/** Equal for two files of patches that say the same. */
function changeOf({ path, oldPath, before, after }: PatchFile): string {
  return JSON.stringify([path, oldPath, before?.mode, before?.id, after?.mode, after?.id]);
}

function baselineOf({ path, oldPath, before }: PatchFile): readonly KeptFile[] {
  const gone = { name: pathBytes(path), mode: "0" };
  if (before === undefined) return [gone];
  if (oldPath === undefined) return [{ name: pathBytes(path), ...before }];
  return [gone, { name: pathBytes(oldPath), ...before }];
}

/** What was not committed lies with the work tree, and is gone with it. */
async function requireContents(git: Git, kept: readonly KeptFile[]): Promise<void> {
  if (kept.length === 0) return;
  const input = Buffer.from(kept.map(({ id }) => `${id}\n`).join(""));
  const told = (await readGit(git, ["cat-file", "--batch-check"], input)).toString("latin1").split("\n");
  const missing = kept.find((_, index) => told[index]?.endsWith(" missing") === true);
  if (missing === undefined) return;
  throw new TandemError("patch_conflict", {
    problem: `${pathText(missing.name)} is as an earlier patch of the same work tree left it, which was discarded. Undo that patch first.`,
  });
}
