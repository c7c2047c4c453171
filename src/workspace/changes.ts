import { lstat } from "node:fs/promises";
import { findFilteredFiles } from "./filters.ts";
import { readGit } from "./git.ts";
import { diffArguments } from "./git-pins.ts";
import { pathText, splitRecords } from "./paths.ts";
import { mapLimited, worktreePath } from "./read-files.ts";
import type { Repository } from "./repository.ts";
import type { ResolvedTarget } from "./target.ts";

export type ChangeStatus =
  | "added"
  | "modified"
  | "deleted"
  | "renamed"
  | "typechange"
  | "unmerged"
  | "untracked";

/** `repository`: an untracked folder that is a git repository of its own. */
export type ChangeKind = "file" | "symlink" | "submodule" | "repository";

/** One changed file of a target. Names are texts of `pathText`, relative to the root. */
export interface Change {
  readonly path: string;
  /** The name in bytes, as the file system knows it. */
  readonly name: Buffer;
  /** Before a rename. */
  readonly oldPath?: string;
  readonly status: ChangeStatus;
  /** Of the new side; of the old one when the file is deleted. */
  readonly kind: ChangeKind;
  /** Size in the work tree; untracked files and links only. */
  readonly bytes?: number;
  /** The git filter through which the file passes on its way into the work tree. It is not run, so the change cannot be shown. */
  readonly filter?: string;
}

/** Lists what a target changes: tracked files in git's order, then untracked ones. An empty list is an empty change. */
export async function listChanges(
  repository: Repository,
  resolved: ResolvedTarget,
): Promise<readonly Change[]> {
  const [tracked, untracked] = await Promise.all([
    listTracked(repository, resolved),
    resolved.isWorktree ? listUntracked(repository, resolved) : [],
  ]);
  return [...tracked, ...untracked];
}

/** Arguments of `git diff` for a target, after the options that say what is printed. */
export function comparisonArguments(resolved: ResolvedTarget): readonly string[] {
  return [...resolved.comparison, "--", ...resolved.target.paths];
}

async function listTracked(repository: Repository, resolved: ResolvedTarget): Promise<readonly Change[]> {
  const argumentsList = ["diff", ...diffArguments, "--raw", "-z", ...comparisonArguments(resolved)];
  const changes = readRawRecords(splitRecords(await readGit(repository.git, argumentsList)));
  if (!resolved.isWorktree) return changes;
  const names = changes.filter(({ status }) => status !== "deleted").map(({ name }) => name);
  const filtered = await findFilteredFiles(repository.git, repository.filterDrivers, names);
  return changes.map((change) => {
    const filter = filtered.get(change.name.toString("latin1"));
    return filter === undefined ? change : { ...change, filter };
  });
}

const statuses: ReadonlyMap<string, ChangeStatus> = new Map([
  ["A", "added"],
  ["M", "modified"],
  ["D", "deleted"],
  ["R", "renamed"],
  ["T", "typechange"],
  ["U", "unmerged"],
]);

/** Reads `:oldMode newMode oldId newId status`, name and, after a rename, second name, each ended by NUL. */
function readRawRecords(records: readonly Buffer[]): Change[] {
  const changes: Change[] = [];
  for (let index = 0; index + 1 < records.length; index += 2) {
    const [oldMode = "", newMode = "", , , letter = ""] = (records[index] ?? Buffer.alloc(0))
      .toString("latin1")
      .split(" ");
    const status = statuses.get(letter[0] ?? "") ?? "modified";
    const first = records[index + 1] ?? Buffer.alloc(0);
    if (status === "renamed") index += 1;
    const name = status === "renamed" ? (records[index + 1] ?? Buffer.alloc(0)) : first;
    changes.push({
      path: pathText(name),
      name,
      ...(status === "renamed" ? { oldPath: pathText(first) } : {}),
      status,
      kind: kindOfMode(newMode === "000000" ? oldMode.slice(1) : newMode),
    });
  }
  return changes;
}

function kindOfMode(mode: string): ChangeKind {
  if (mode === "120000") return "symlink";
  return mode === "160000" ? "submodule" : "file";
}

async function listUntracked(repository: Repository, resolved: ResolvedTarget): Promise<readonly Change[]> {
  const argumentsList = ["ls-files", "-z", "--others", "--exclude-standard", "--", ...resolved.target.paths];
  const names = splitRecords(await readGit(repository.git, argumentsList));
  const changes = await mapLimited(names, async (name) => readUntracked(repository.root, name));
  return changes.filter((change) => change !== undefined);
}

async function readUntracked(root: string, name: Buffer): Promise<Change | undefined> {
  // Git writes a folder only when it is a repository of its own, with a slash at the end.
  if (name.at(-1) === 0x2f) return { path: pathText(name), name, status: "untracked", kind: "repository" };
  try {
    const facts = await lstat(worktreePath(root, name));
    const kind = facts.isSymbolicLink() ? "symlink" : "file";
    return { path: pathText(name), name, status: "untracked", kind, bytes: facts.size };
  } catch {
    // Removed since git named it: no change any more.
    return undefined;
  }
}
