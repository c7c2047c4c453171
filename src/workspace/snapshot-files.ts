import { type BigIntStats, constants } from "node:fs";
import { access, lstat, readlink } from "node:fs/promises";
import { TandemError } from "../domain/errors/tandem-error.ts";
import { findFilteredFiles } from "./filters.ts";
import { readGit } from "./git.ts";
import { pathText } from "./paths.ts";
import { mapLimited, worktreePath } from "./read-files.ts";
import type { Repository } from "./repository.ts";
import type { StatusEntry } from "./status.ts";

/** What a snapshot keeps at most. */
export interface SnapshotLimits {
  /** Changed and untracked files; with more there is no snapshot. */
  readonly files: number;
  /** Of one file, and of all; what is over is not kept. */
  readonly fileBytes: number;
  readonly totalBytes: number;
}

/** A file that differs from HEAD, as it goes into a snapshot's index. Without an id it is gone. */
export interface KeptFile {
  readonly name: Buffer;
  readonly mode: string;
  readonly id?: string;
}

/** A file whose content was not kept. */
export interface UnkeptFile {
  /** Another text after a change. */
  readonly state: string;
  readonly reason: string;
}

/** A file that is to be kept. */
export interface Candidate {
  readonly name: Buffer;
  readonly mode: string;
  readonly link?: Buffer;
}

type Look =
  | { readonly type: "gone" }
  | { readonly type: "known"; readonly mode: string; readonly id: string }
  | { readonly type: "file"; readonly candidate: Candidate; readonly bytes: number; readonly state: string }
  | { readonly type: "unkept"; readonly file: UnkeptFile };

/** Files by what can be done with them, before any content is stored. */
export interface SortedFiles {
  /** Gone, or known by their ids. */
  readonly kept: readonly KeptFile[];
  readonly candidates: readonly Candidate[];
  readonly unkept: Readonly<Record<string, UnkeptFile>>;
}

/** Stores the content of all that differs from HEAD in the object folder of `repository.git`, as git itself would: line ends included. */
export async function readKeptFiles(
  repository: Repository,
  entries: readonly StatusEntry[],
  limits: SnapshotLimits,
): Promise<{ readonly kept: readonly KeptFile[]; readonly unkept: Readonly<Record<string, UnkeptFile>> }> {
  const { kept, candidates, unkept } = await sortFiles(repository, entries, limits);
  return { kept: [...kept, ...(await storeContents(repository, candidates))], unkept };
}

/** Looks at files of the work tree, and reads none. Throws `input_unreadable` for more than `limits` say. */
export async function sortFiles(
  repository: Repository,
  entries: readonly StatusEntry[],
  limits: SnapshotLimits,
): Promise<SortedFiles> {
  if (entries.length > limits.files) {
    const cause = `${entries.length} files are changed or untracked; at most ${limits.files} can be kept`;
    throw new TandemError("input_unreadable", { path: repository.root, cause });
  }
  // A name can stand there twice: taken out of the index, and untracked since. The later one is the file as it is.
  const byName = new Map(entries.map((entry) => [entry.name.toString("latin1"), entry]));
  const filtered = await findFilteredFiles(
    repository.git,
    repository.filterDrivers,
    [...byName.values()].map(({ name }) => name),
  );
  const looks = await mapLimited([...byName.values()], async (entry) => ({
    entry,
    look: await lookAt(repository.root, entry, filtered.get(entry.name.toString("latin1"))),
  }));
  const kept: KeptFile[] = [];
  const unkept: Record<string, UnkeptFile> = {};
  const candidates: Candidate[] = [];
  let total = 0;
  for (const { entry, look } of looks) {
    const { name } = entry;
    if (look.type === "gone") kept.push({ name, mode: "0" });
    else if (look.type === "known") kept.push({ name, mode: look.mode, id: look.id });
    else if (look.type === "unkept") unkept[pathText(name)] = look.file;
    else if (look.bytes > limits.fileBytes || total + look.bytes > limits.totalBytes) {
      unkept[pathText(name)] = { state: look.state, reason: `too large to be kept (${look.bytes} bytes)` };
    } else {
      total += look.bytes;
      candidates.push(look.candidate);
    }
  }
  return { kept, candidates, unkept };
}

async function lookAt(
  root: string,
  { record, name, isWorktreeChange }: StatusEntry,
  filter: string | undefined,
): Promise<Look> {
  const [kind = "", , submodule = "", ...fields] = record.toString("latin1").split(" ");
  // A repository of its own: its content is not ours to look at. Git writes untracked ones with a slash at the end.
  if (name.at(-1) === 0x2f) return unkept("an untracked git repository", "folder");
  if (kind !== "?" && submodule.startsWith("S")) {
    // Which commit it is at is known of the index only.
    const [, indexMode = "", , , indexId = ""] = fields;
    if (kind === "1" && indexMode === "160000") return { type: "known", mode: indexMode, id: indexId };
    return unkept("a submodule", record.toString("latin1"));
  }
  const worktreeMode = kind === "1" ? (fields[2] ?? "") : kind === "u" ? (fields[3] ?? "") : "";
  if (worktreeMode === "000000") return { type: "gone" };
  const file = worktreePath(root, name);
  let facts: BigIntStats;
  try {
    facts = await lstat(file, { bigint: true });
  } catch {
    // Removed since git named it.
    return { type: "gone" };
  }
  const state = `${facts.size} ${facts.mtimeNs} ${facts.mode}`;
  if (facts.isSymbolicLink()) {
    const link = await readlink(file, { encoding: "buffer" });
    return { type: "file", candidate: { name, mode: "120000", link }, bytes: link.length, state };
  }
  if (facts.isDirectory()) return { type: "gone" };
  if (!facts.isFile()) return unkept("neither a file nor a link", state);
  if (filter !== undefined && kind === "1" && !isWorktreeChange) {
    // Staged as it is: git holds its stored form.
    const [, indexMode = "", , , indexId = ""] = fields;
    return { type: "known", mode: indexMode, id: indexId };
  }
  if (filter !== undefined) return unkept(`passes through the git filter ${filter}, which is not run`, state);
  if (!(await isReadable(file))) return unkept("cannot be read", state);
  // Git's word counts where the file system knows no such bit.
  const mode = /^100(?:644|755)$/.test(worktreeMode)
    ? worktreeMode
    : (facts.mode & 0o100n) === 0n
      ? "100644"
      : "100755";
  return { type: "file", candidate: { name, mode }, bytes: Number(facts.size), state };
}

async function storeContents(
  { git }: Repository,
  candidates: readonly Candidate[],
): Promise<readonly KeptFile[]> {
  const files = candidates.filter(({ link }) => link === undefined);
  const kept: KeptFile[] = [];
  if (files.length > 0) {
    const names = files.map(({ name }) => `${quotedName(name)}\n`).join("");
    const output = await readGit(git, ["hash-object", "-w", "--stdin-paths"], Buffer.from(names));
    const ids = output.toString("latin1").trim().split("\n");
    for (const [index, { name, mode }] of files.entries()) {
      const id = ids[index];
      if (id !== undefined) kept.push({ name, mode, id });
    }
  }
  for (const { name, mode, link } of candidates) {
    if (link === undefined) continue;
    const id = await readGit(git, ["hash-object", "-w", "--stdin"], link);
    kept.push({ name, mode, id: id.toString("latin1").trim() });
  }
  return kept;
}

/** Quoted as git reads it, whatever bytes it holds: `--stdin-paths` takes one name a line. */
function quotedName(name: Buffer): string {
  const characters = Array.from(name, (byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\${byte.toString(8).padStart(3, "0")}`,
  );
  return `"${characters.join("")}"`;
}

async function isReadable(file: Buffer): Promise<boolean> {
  return access(file, constants.R_OK).then(
    () => true,
    () => false,
  );
}

function unkept(reason: string, state: string): Look {
  return { type: "unkept", file: { state, reason } };
}
