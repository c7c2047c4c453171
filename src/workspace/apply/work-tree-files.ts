import { lstatSync } from "node:fs";
import { chmod, mkdir, readFile, rename, rm, rmdir, symlink, unlink } from "node:fs/promises";
import { sep } from "node:path";
import { TandemError } from "../../domain/errors/tandem-error.ts";
import { pathText } from "../paths.ts";
import { worktreePath } from "../read-files.ts";
import { type FileState, lookAt, writeDurably } from "./file-state.ts";

/** The folders above a file in a work tree, the outermost first, relative to the root. */
export function foldersAbove(name: Buffer): readonly Buffer[] {
  const folders: Buffer[] = [];
  for (let slash = name.indexOf(0x2f); slash >= 0; slash = name.indexOf(0x2f, slash + 1)) {
    folders.push(name.subarray(0, slash));
  }
  return folders;
}

/** Throws `patch_conflict` when a folder above the file is a link or a file that stays: what is written there would land elsewhere. */
export function requireRealFolders(root: string, name: Buffer, going: ReadonlySet<string> = new Set()): void {
  for (const folder of foldersAbove(name)) {
    const facts = lstatSync(worktreePath(root, folder), { throwIfNoEntry: false });
    // What goes first leaves room for a folder.
    if (facts === undefined || (!facts.isDirectory() && going.has(folder.toString("latin1")))) return;
    if (facts.isDirectory()) continue;
    const what = facts.isSymbolicLink() ? "a link" : "a file";
    throw new TandemError("patch_conflict", {
      problem: `${pathText(folder)} is ${what} in your work tree, and ${pathText(name)} would lie below it.`,
    });
  }
}

/** True when a link is on the way to the file, but for those named in base64: what is there is not in the work tree. */
export function isBelowLink(root: string, name: Buffer, but: ReadonlySet<string> = new Set()): boolean {
  return foldersAbove(name).some(
    (folder) =>
      lookAt(worktreePath(root, folder))?.isSymbolicLink() === true && !but.has(folder.toString("base64")),
  );
}

/** Makes a place hold a state, its content taken from `content`. What was there is replaced in one step. */
export async function putState(
  root: string,
  name: Buffer,
  state: FileState,
  content: string,
  temporaryName: string,
  onWritten: () => void = () => undefined,
): Promise<void> {
  const target = worktreePath(root, name);
  if (state.kind === "absent") {
    await removeFile(target);
    return;
  }
  if (state.kind === "other") return;
  const slash = target.lastIndexOf(sep.charCodeAt(0));
  const temporary = Buffer.concat([target.subarray(0, slash + 1), Buffer.from(temporaryName)]);
  await rm(temporary, { force: true });
  if (state.kind === "link") await symlink(Buffer.from(state.target, "base64"), temporary);
  else await writeDurably(temporary, await readFile(content), state.mode);
  onWritten();
  await rename(temporary, target);
}

/** Makes the folders above a file, those with a known mode as they were. */
export async function makeFolders(
  root: string,
  name: Buffer,
  modes: ReadonlyMap<string, number>,
): Promise<void> {
  for (const folder of foldersAbove(name)) {
    const path = worktreePath(root, folder);
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) continue;
    await mkdir(path);
    const mode = modes.get(folder.toString("latin1"));
    if (mode !== undefined) await chmod(path, mode);
  }
}

/** Removes folders above a file that are empty now, the innermost first. */
export async function removeEmptyFolders(
  root: string,
  name: Buffer,
  isMeant: (folder: Buffer) => boolean = () => true,
): Promise<void> {
  for (const folder of foldersAbove(name).toReversed()) {
    if (!isMeant(folder)) return;
    const isRemoved = await rmdir(worktreePath(root, folder)).then(
      () => true,
      () => false,
    );
    if (!isRemoved) return;
  }
}

/** Removes a file or link; one that is not there is fine. */
export async function removeFile(path: Buffer): Promise<void> {
  await unlink(path).catch(ignoreMissing);
}

async function ignoreMissing(thrown: unknown): Promise<void> {
  if (thrown instanceof Error && "code" in thrown && (thrown.code === "ENOENT" || thrown.code === "ENOTDIR"))
    return;
  throw thrown;
}
