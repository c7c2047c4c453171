import { readGit } from "./git.ts";
import { splitRecords } from "./paths.ts";
import type { Repository } from "./repository.ts";

/** One line of `git status`: a file that differs between HEAD, index and work tree. */
export interface StatusEntry {
  /** The whole record as git gave it: modes and object ids of HEAD and index, and the name. */
  readonly record: Buffer;
  readonly name: Buffer;
  /** True when nothing but the content in the work tree differs. */
  readonly isContentOnly: boolean;
  /** The file of the work tree differs from the index, or is not in it. */
  readonly isWorktreeChange: boolean;
}

export interface Status {
  /** Object id and branch of HEAD, as git writes them. */
  readonly head: readonly Buffer[];
  readonly entries: readonly StatusEntry[];
}

/**
 * Reads `git status`; renames are not paired. `untracked: "normal"` names a folder without tracked files once, `"all"` each file.
 * Changes inside of submodules are not looked for: that would run git under the submodule's own configuration.
 */
export async function readStatus(
  repository: Repository,
  untracked: "normal" | "all",
  pathspecs: readonly string[] = [],
): Promise<Status> {
  const argumentsList = [
    "status",
    "--porcelain=v2",
    "-z",
    "--branch",
    "--no-ahead-behind",
    "--no-renames",
    "--ignore-submodules=dirty",
    `--untracked-files=${untracked}`,
    "--",
    ...pathspecs,
  ];
  const records = splitRecords(await readGit(repository.git, argumentsList));
  // Upstream and distance to it change with a fetch and say nothing about the files.
  const head = records.filter((record) => /^# branch\.(oid|head) /.test(record.toString("latin1", 0, 14)));
  const entries = records.filter((record) => record[0] !== hash).map(readEntry);
  return { head, entries };
}

const hash = "#".charCodeAt(0);
const space = " ".charCodeAt(0);

/** Fields before the name: `1 XY sub mH mI mW hH hI`, `u XY sub m1 m2 m3 mW h1 h2 h3`, `?`. */
const fieldCounts = new Map([
  ["1", 8],
  ["u", 10],
  ["?", 1],
]);

function readEntry(record: Buffer): StatusEntry {
  const kind = String.fromCharCode(record[0] ?? 0);
  let start = 0;
  for (let fields = fieldCounts.get(kind) ?? 0; fields > 0; fields -= 1)
    start = record.indexOf(space, start) + 1;
  const [index, worktree] = record.toString("latin1", 2, 4);
  return {
    record,
    name: record.subarray(start),
    isContentOnly: kind === "1" && index === "." && worktree === "M",
    isWorktreeChange: kind !== "1" || worktree !== ".",
  };
}
