import { createHash } from "node:crypto";
import { lstat, readlink } from "node:fs/promises";
import { mapLimited, readSmallFile, worktreePath } from "./read-files.ts";
import type { Repository } from "./repository.ts";
import { readStatus, type StatusEntry } from "./status.ts";

/** With more changed files than this, times and sizes stand for contents, so that a fingerprint stays cheap. */
const contentFileLimit = 500;
const contentByteLimit = 256 * 1024;

/**
 * A text that changes when HEAD, its branch, the index, or any tracked or untracked file changes; ignored files and the inside of
 * submodules do not count. Writing the same content again does not change it, up to 500 changed files of 256 KiB.
 */
export async function fingerprintTree(repository: Repository): Promise<string> {
  const { head, entries } = await readStatus(repository, "all");
  const changed = entries.filter((entry) => entry.isWorktreeChange);
  const readsContent = changed.length <= contentFileLimit;
  const files = await mapLimited(changed, async (entry) =>
    describeFile(repository.root, entry, readsContent),
  );
  const fingerprint = createHash("sha256");
  for (const part of [...head, ...entries.map((entry) => entry.record), ...files]) {
    fingerprint.update(`${part.length}:`).update(part);
  }
  return fingerprint.digest("hex");
}

async function describeFile(root: string, entry: StatusEntry, readsContent: boolean): Promise<string> {
  const file = worktreePath(root, entry.name);
  try {
    const facts = await lstat(file, { bigint: true });
    if (facts.isDirectory()) return "folder";
    if (facts.isSymbolicLink())
      return `link ${(await readlink(file, { encoding: "buffer" })).toString("latin1")}`;
    const content = readsContent ? await readSmallFile(file, contentByteLimit) : undefined;
    const state =
      content === undefined ? `${facts.size} ${facts.mtimeNs} ${facts.ctimeNs} ${facts.ino}` : hash(content);
    return `${facts.mode} ${state}`;
  } catch (thrown) {
    // Deleted or not readable; which of them is part of the state.
    return String(thrown instanceof Error && "code" in thrown ? thrown.code : thrown);
  }
}

function hash(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
