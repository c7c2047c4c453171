import { readlink } from "node:fs/promises";
import { messageOf } from "../domain/errors/tandem-error.ts";
import type { Change } from "./changes.ts";
import type { DiffSection } from "./diff-splitter.ts";
import { readSmallFile, worktreePath } from "./read-files.ts";

/** An untracked file as an addition in the form of `git diff`, or the reason why it is left out. */
export type UntrackedReading = { readonly section: DiffSection } | { readonly omitted: string };

/** Reads an untracked file or link of at most `maxBytes`. Nothing outside of the work tree is read: a link gives its target's name. */
export async function readUntrackedFile(
  root: string,
  change: Change,
  maxBytes: number,
): Promise<UntrackedReading> {
  if (change.kind === "repository") return { omitted: "a git repository of its own" };
  const file = worktreePath(root, change.name);
  try {
    const content =
      change.kind === "symlink"
        ? await readlink(file, { encoding: "buffer" })
        : await readSmallFile(file, maxBytes);
    if (content === undefined) return { omitted: tooLarge(change.bytes ?? 0, maxBytes) };
    return { section: additionOf(change, content) };
  } catch (thrown) {
    return { omitted: `cannot be read: ${messageOf(thrown)}` };
  }
}

/** The reason for leaving out what does not fit. */
export function tooLarge(bytes: number, maxBytes: number): string {
  return `${bytes} bytes do not fit into the limit of ${maxBytes} bytes`;
}

function additionOf(change: Change, content: Buffer): DiffSection {
  const isBinary = change.kind === "file" && looksBinary(content);
  const lines = isBinary ? 0 : countLines(content);
  const text = Buffer.concat([
    Buffer.from(header(change, isBinary, lines)),
    isBinary ? Buffer.alloc(0) : asAdded(content),
  ]);
  return {
    name: change.name,
    bytes: text.length,
    text,
    isBinary,
    insertions: lines,
    deletions: 0,
    changedLines: lines === 0 ? [] : [{ start: 1, end: lines }],
  };
}

function header(change: Change, isBinary: boolean, lines: number): string {
  const [oldName, newName] = [prefixed("a/", change.path), prefixed("b/", change.path)];
  const mode = change.kind === "symlink" ? "120000" : "100644";
  const start = `diff --git ${oldName} ${newName}\nnew file mode ${mode}\n`;
  if (isBinary) return `${start}Binary files /dev/null and ${newName} differ\n`;
  if (lines === 0) return start;
  // Git ends a name that holds a space with a tab, so that readers do not take the rest for a date.
  const tab = newName.includes(" ") && !newName.startsWith('"') ? "\t" : "";
  return `${start}--- /dev/null\n+++ ${newName}${tab}\n@@ -0,0 +1${lines === 1 ? "" : `,${lines}`} @@\n`;
}

function prefixed(prefix: string, path: string): string {
  return path.startsWith('"') ? `"${prefix}${path.slice(1)}` : prefix + path;
}

/** Git's own rule: a NUL among the first 8,000 bytes. */
function looksBinary(content: Buffer): boolean {
  return content.subarray(0, 8_000).includes(0);
}

function countLines(content: Buffer): number {
  let lines = 0;
  for (let end = content.indexOf(0x0a); end >= 0; end = content.indexOf(0x0a, end + 1)) lines += 1;
  return content.length > 0 && content.at(-1) !== 0x0a ? lines + 1 : lines;
}

function asAdded(content: Buffer): Buffer {
  const pieces: Buffer[] = [];
  const marker = Buffer.from("+");
  for (let start = 0; start < content.length; ) {
    const lineFeed = content.indexOf(0x0a, start);
    const end = lineFeed < 0 ? content.length : lineFeed + 1;
    pieces.push(marker, content.subarray(start, end));
    start = end;
  }
  if (content.length > 0 && content.at(-1) !== 0x0a)
    pieces.push(Buffer.from("\n\\ No newline at end of file\n"));
  return Buffer.concat(pieces);
}
