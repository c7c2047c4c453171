import { oneLine, sanitise } from "../../text/sanitise.ts";

/**
 * Markdown of a model that reads as given and does nothing: nobody is mentioned, no issue is referred to, no bot is commanded, no
 * image is fetched and no HTML is taken. An invisible space parts the characters that would do it. Fenced code is left as it is
 * but moved to the left margin, where nothing around it can end it, and closed where the model forgot to.
 */
export function neutraliseMarkdown(text: string): string {
  const lines: string[] = [];
  let open: Fence | undefined;
  for (const line of sanitise(text).split("\n")) {
    const fence = fenceOf(line);
    if (open === undefined) {
      open = fence;
      lines.push(fence === undefined ? neutralise(line) : line.trimStart());
    } else if (fence !== undefined && closes(fence, open)) {
      lines.push(line.trim());
      open = undefined;
    } else {
      lines.push(line.slice(Math.min(open.indent, /^[ \t]*/.exec(line)?.[0].length ?? 0)));
    }
  }
  if (open !== undefined) lines.push(open.run);
  return lines.join("\n");
}

/** Markdown of a model within a line of ours: its emphasis, code and links stay, its line ends and fences do not. */
export function neutraliseLine(text: string): string {
  // At its beginning even a line of ours could open a fence, in a list.
  return neutralise(oneLine(text)).replace(/^(?=```|~~~)/, invisibleSpace);
}

/** Text in a line of ours, with every character that Markdown gives a meaning to shown as itself. */
export function escapeInline(text: string): string {
  const escaped = oneLine(text).replace(/[\\`*_{}[\]|~$]/g, "\\$&");
  return neutralise(escaped).replace(/^([#>+-])|^(\d+)([.)])/, (_, mark, number, dot) =>
    mark === undefined ? `${number}\\${dot}` : `\\${mark}`,
  );
}

/** Text as code in a line of ours, behind more backticks than it has in a row. */
export function codeSpan(text: string): string {
  const line = oneLine(text);
  const ticks = "`".repeat(longestRun(line, "`") + 1);
  const padding = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return line === "" ? "" : `${ticks}${padding}${line}${padding}${ticks}`;
}

/** Text as a block of code of ours, which nothing in it can close. */
export function codeBlock(text: string): string {
  const clean = sanitise(text);
  const fence = "`".repeat(Math.max(3, longestRun(clean, "`") + 1));
  return `${fence}\n${clean.replace(/\n$/, "")}\n${fence}`;
}

const invisibleSpace = "\u200B";

/**
 * `@name`, `#12`, `GH-12`, `<tag`, `![image`, and character references, which could spell any of them. The space keeps code
 * in backticks readable too, of which we cannot be sure that a reader takes it for code.
 */
const active = /@(?=[\p{L}\p{N}_-])|#(?=\d)|\bGH-(?=\d)|<(?=[A-Za-z/!?])|!(?=\[)|&(?=[#A-Za-z])/giu;

/** `/merge` at the beginning of a line: a quick action of GitLab, or of a bot. */
const slashCommand = /^\/(?=[a-z])/i;

function neutralise(line: string): string {
  return line
    .replace(active, (characters) => characters + invisibleSpace)
    .replace(slashCommand, (slash) => invisibleSpace + slash);
}

interface Fence {
  readonly indent: number;
  readonly run: string;
  /** What follows the run: the language, for one that opens. */
  readonly rest: string;
}

/** The fence on a line, however far it is set in: as a part of a list it would end where the list does. */
function fenceOf(line: string): Fence | undefined {
  const [, indent = "", run, rest = ""] = /^([ \t]*)(`{3,}(?=[^`]*$)|~{3,})(.*)$/.exec(line) ?? [];
  return run === undefined ? undefined : { indent: indent.length, run, rest };
}

function closes(fence: Fence, open: Fence): boolean {
  return fence.rest.trim() === "" && fence.run.startsWith(open.run);
}

function longestRun(text: string, character: string): number {
  let longest = 0;
  let length = 0;
  for (const each of text) {
    length = each === character ? length + 1 : 0;
    longest = Math.max(longest, length);
  }
  return longest;
}
