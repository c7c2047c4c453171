import { lstatSync } from "node:fs";
import type { PatchFile } from "../../domain/envelope.ts";
import { pathBytes } from "../paths.ts";
import { worktreePath } from "../read-files.ts";
import { foldersAbove, requireRealFolders } from "./work-tree-files.ts";

/** What a patch and the applied ones before it have to do with in a work tree. */
export interface PatchPlaces {
  /** Names of files that can be looked at: the others are not there, since a file or a link is in place of a folder above. */
  readonly names: readonly Buffer[];
  /** Files of the applied patches that still say something. */
  readonly earlier: readonly PatchFile[];
}

/**
 * Looks for what is in place of folders. Throws `patch_conflict` where a file of the patch would come to lie below a link, or below a
 * file that stays.
 */
export function placesOfPatch(
  root: string,
  wanted: readonly PatchFile[],
  applied: readonly PatchFile[],
): PatchPlaces {
  const named = byName([...wanted, ...applied].flatMap(namesOf));
  const earlier = applied.filter((file) =>
    namesOf(file).every((name) => {
      const blocker = blockerOf(root, name);
      // What the patches themselves put there, they take away again.
      return blocker === undefined || named.has(blocker);
    }),
  );
  const going = new Set([...wanted.flatMap(goingNames), ...earlier.flatMap(({ path }) => latin(path))]);
  for (const { path, after } of wanted) {
    if (after !== undefined) requireRealFolders(root, pathBytes(path), going);
  }
  const names = byName([...wanted, ...earlier].flatMap(namesOf));
  return { names: [...names.values()].filter((name) => blockerOf(root, name) === undefined), earlier };
}

/** The names of a file of a patch, the old one of a rename too. */
export function namesOf({ path, oldPath }: PatchFile): readonly Buffer[] {
  return [path, ...(oldPath === undefined ? [] : [oldPath])].map(pathBytes);
}

/** Names that a file of the patch gives up, as latin-1. */
function goingNames({ path, oldPath, after }: PatchFile): readonly string[] {
  return [...(after === undefined ? [path] : []), ...(oldPath === undefined ? [] : [oldPath])].map(latin);
}

/** What is in place of a folder above a file, as latin-1; undefined where there are folders, or nothing. */
function blockerOf(root: string, name: Buffer): string | undefined {
  for (const folder of foldersAbove(name)) {
    const facts = lstatSync(worktreePath(root, folder), { throwIfNoEntry: false });
    if (facts === undefined) return undefined;
    if (!facts.isDirectory()) return folder.toString("latin1");
  }
  return undefined;
}

function byName(names: readonly Buffer[]): ReadonlyMap<string, Buffer> {
  return new Map(names.map((name) => [name.toString("latin1"), name]));
}

function latin(path: string): string {
  return pathBytes(path).toString("latin1");
}
