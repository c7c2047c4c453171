import { type Change, comparisonArguments } from "./changes.ts";
import { type DiffSection, DiffSplitter, type LineRange } from "./diff-splitter.ts";
import { failUnlessDone } from "./git.ts";
import { diffArguments, patchArguments } from "./git-pins.ts";
import { streamGit } from "./git-process.ts";
import { mapLimited } from "./read-files.ts";
import type { Repository } from "./repository.ts";
import { SmallestFirst } from "./smallest-first.ts";
import type { ResolvedTarget } from "./target.ts";
import { readUntrackedFile, tooLarge } from "./untracked-patch.ts";

/** What changed in one file. */
export interface FileDiff {
  readonly change: Change;
  /** Its part of the patch, header included; absent when left out. Bytes, because files need not be UTF-8. */
  readonly text?: Buffer;
  /** Full size of that part. */
  readonly bytes: number;
  /** Why the change is not (fully) shown; absent when `text` shows all of it. */
  readonly omitted?: string;
  readonly isBinary: boolean;
  readonly insertions: number;
  readonly deletions: number;
  /** The hunks, with their context lines, in the new version; complete also when the text is left out. */
  readonly changedLines: readonly LineRange[];
}

/** The patch of a target. */
export interface Diff {
  /** In the order of the changes. */
  readonly files: readonly FileDiff[];
  /** Size of the whole patch, what is left out included. */
  readonly totalBytes: number;
}

/**
 * Reads the patch of listed changes. Of its text at most `maxBytes` are kept: whole files, the smallest first; all others carry the
 * reason in `omitted`. Untracked files appear as additions.
 */
export async function readDiff(
  repository: Repository,
  resolved: ResolvedTarget,
  changes: readonly Change[],
  maxBytes: number,
): Promise<Diff> {
  const kept = new SmallestFirst(maxBytes);
  const sections = new Map<string, DiffSection>();
  const reasons = new Map<string, string>();
  const unshown = new Set(changes.filter(({ filter }) => filter).map(({ name }) => name.toString("latin1")));
  const collect = (section: DiffSection): void => {
    const key = section.name.toString("latin1");
    // A file that turned into a link has two sections: its deletion and its addition.
    const before = sections.get(key);
    const { text, ...facts } = section;
    sections.set(key, before === undefined ? facts : joinSections(before, facts));
    if (text !== undefined && !unshown.has(key)) kept.offer(key, text);
  };
  await readTracked(repository, resolved, maxBytes, collect);
  await readUntracked(repository, changes, maxBytes, collect, reasons);
  const files = changes.map((change) => {
    const key = change.name.toString("latin1");
    return makeFileDiff(change, sections.get(key), kept.get(key), reasons.get(key), maxBytes);
  });
  return { files, totalBytes: files.reduce((sum, file) => sum + file.bytes, 0) };
}

async function readTracked(
  repository: Repository,
  resolved: ResolvedTarget,
  maxBytes: number,
  collect: (section: DiffSection) => void,
): Promise<void> {
  const splitter = new DiffSplitter(maxBytes, collect);
  // Unmerged files have no section, only a line with their unquoted name, which could imitate one.
  const argumentsList = [
    "diff",
    ...diffArguments,
    ...patchArguments,
    "--diff-filter=u",
    ...comparisonArguments(resolved),
  ];
  const take = (chunk: Buffer): boolean => {
    splitter.push(chunk);
    return true;
  };
  failUnlessDone(repository.git, await streamGit(repository.git, argumentsList, take));
  splitter.end();
}

/** Files that cannot all fit are not even read: the smallest come first until the limit is reached. */
async function readUntracked(
  repository: Repository,
  changes: readonly Change[],
  maxBytes: number,
  collect: (section: DiffSection) => void,
  reasons: Map<string, string>,
): Promise<void> {
  const untracked = changes.filter(({ status }) => status === "untracked");
  const bySize = untracked.toSorted((one, other) => (one.bytes ?? 0) - (other.bytes ?? 0));
  let sum = 0;
  const readable = bySize.filter((change) => {
    sum += change.bytes ?? 0;
    if (sum > maxBytes) reasons.set(change.name.toString("latin1"), tooLarge(change.bytes ?? 0, maxBytes));
    return sum <= maxBytes;
  });
  const readings = await mapLimited(readable, async (change) => ({
    change,
    reading: await readUntrackedFile(repository.root, change, maxBytes),
  }));
  for (const { change, reading } of readings) {
    if ("section" in reading) collect(reading.section);
    else reasons.set(change.name.toString("latin1"), reading.omitted);
  }
}

function joinSections(first: DiffSection, second: DiffSection): DiffSection {
  return {
    name: first.name,
    bytes: first.bytes + second.bytes,
    isBinary: first.isBinary || second.isBinary,
    insertions: first.insertions + second.insertions,
    deletions: first.deletions + second.deletions,
    changedLines: [...first.changedLines, ...second.changedLines],
  };
}

function makeFileDiff(
  change: Change,
  section: DiffSection | undefined,
  text: Buffer | undefined,
  reason: string | undefined,
  maxBytes: number,
): FileDiff {
  const bytes = section?.bytes ?? change.bytes ?? 0;
  const facts = {
    change,
    bytes,
    isBinary: section?.isBinary ?? false,
    insertions: section?.insertions ?? 0,
    deletions: section?.deletions ?? 0,
    changedLines: section?.changedLines ?? [],
  };
  const omitted = reason ?? reasonOf(change, section, text, maxBytes);
  const isWhole = text !== undefined && text.length === bytes;
  return { ...facts, ...(isWhole ? { text } : {}), ...(omitted === undefined ? {} : { omitted }) };
}

function reasonOf(
  change: Change,
  section: DiffSection | undefined,
  text: Buffer | undefined,
  maxBytes: number,
): string | undefined {
  if (change.status === "unmerged") return "a conflict that is not resolved";
  if (change.filter !== undefined) return `passes through the git filter ${change.filter}, which is not run`;
  if (section === undefined) return "changed again while it was read";
  if (section.isBinary) return "binary, larger than 16 MiB, or marked as not to be shown by git attributes";
  if (text === undefined || text.length < section.bytes) return tooLarge(section.bytes, maxBytes);
  return change.kind === "submodule" ? "a submodule: only its commit ids are shown" : undefined;
}
