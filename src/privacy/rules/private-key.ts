import type { Span } from "../span.ts";
import type { SecretRule } from "./rule.ts";

/**
 * Blocks of `-----BEGIN … PRIVATE KEY-----`: over several lines, in one line with `\n` escapes, in a diff or a quoted string, and
 * also when the end of the block was cut off. The words alone, as in source code that speaks of them, are left as they are.
 */
export const privateKeyRule: SecretRule = {
  name: "private-key",
  hints: ["private key"],
  find: findPrivateKeys,
};

const beginning = /-----BEGIN[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
/** Lines such as `Proc-Type: 4,ENCRYPTED` between the beginning and the key. */
const headers =
  /(?:\s|\\{1,8}[nrt"']|[+-](?!----))*(?:[A-Za-z-]{4,20}: [^\r\n\\]{0,200}(?:\r?\n|(?:\\{1,8}r)?\\{1,8}n)[+-]?){0,8}/y;
/** Base64 with what can stand between its lines. Five dashes end it, so no character is scanned for two blocks. */
const body = /(?:[A-Za-z0-9+/=\s"'`,;>|#*]|-(?!----)|\\{1,8}[nrt"'])*/y;
const ending = /-----END[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;

function findPrivateKeys(text: string): readonly Span[] {
  const spans: Span[] = [];
  for (const { index, 0: line } of text.matchAll(beginning)) {
    const start = index + line.length;
    const afterHeaders = matchAt(headers, text, start);
    const afterBody = matchAt(body, text, afterHeaders);
    const end = matchAt(ending, text, afterBody);
    const lines = text.slice(afterHeaders, afterBody);
    if (end > afterBody) {
      if (/[A-Za-z0-9+/]{12}/.test(lines)) spans.push({ start: index, end, rule: "private-key" });
    } else if (/[A-Za-z0-9+/]{40}/.test(lines)) {
      spans.push({ start: index, end: afterHeaders + endOfKey(lines), rule: "private-key" });
    }
  }
  return spans;
}

/** The end of the match of a sticky pattern at `position`, or `position`. */
function matchAt(pattern: RegExp, text: string, position: number): number {
  pattern.lastIndex = position;
  return pattern.test(text) ? pattern.lastIndex : position;
}

/** Where the key ends in a text without its closing line: words that follow are not part of it. */
function endOfKey(lines: string): number {
  let end = 0;
  for (const { index, 0: run } of lines.matchAll(/[A-Za-z0-9+/=]{16,}/g)) end = index + run.length;
  return end;
}
