import { isUtf8 } from "node:buffer";

/**
 * A file name of git as text. Names are bytes to git and may hold anything but NUL; the text never holds control characters,
 * line ends or bidirectional marks, so that it is safe in a prompt and on a terminal. Ordinary names stay as they are; all others
 * are written as git quotes them (`"a\tb"`, `"caf\351"`). `pathBytes` gives the exact name back.
 */
export function pathText(name: Buffer): string {
  if (!isUtf8(name)) return quoteBytes(name);
  const text = name.toString("utf8");
  return needsQuotes.test(text) ? quoteText(text) : text;
}

/** The exact name that `pathText` or git wrote. A text without leading quote is taken as it is. */
export function pathBytes(text: string): Buffer {
  return unquoteName(Buffer.from(text, "utf8"));
}

/** The exact name behind a name as git prints it without `-z` (core.quotePath off): as it is, or in quotes with escapes. */
export function unquoteName(printed: Buffer): Buffer {
  const last = printed.length - 1;
  if (last < 1 || printed[0] !== quoteMark || printed[last] !== quoteMark) return printed;
  const bytes: number[] = [];
  for (let index = 1; index < last; index += 1) {
    const byte = printed[index] ?? 0;
    if (byte !== backslash) {
      bytes.push(byte);
      continue;
    }
    const octal = printed.toString("latin1", index + 1, index + 4);
    if (/^[0-3][0-7]{2}$/.test(octal)) {
      bytes.push(Number.parseInt(octal, 8));
      index += 3;
    } else {
      const letter = String.fromCharCode(printed[index + 1] ?? 0);
      bytes.push(letterEscapes.get(letter) ?? letter.charCodeAt(0));
      index += 1;
    }
  }
  return Buffer.from(bytes);
}

/** Splits output of `-z` into its records; what follows the last NUL is no record. */
export function splitRecords(output: Buffer): Buffer[] {
  const records: Buffer[] = [];
  let start = 0;
  for (let end = output.indexOf(0); end >= 0; end = output.indexOf(0, start)) {
    records.push(output.subarray(start, end));
    start = end + 1;
  }
  return records;
}

const quoteMark = 0x22;
const backslash = 0x5c;

/** Besides control characters all that changes how a line is read: separators, bidirectional and invisible format characters. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const needsQuotes = new RegExp(`["\\\\]|${unsafe.source}`, "u");

const letterEscapes = new Map(
  Object.entries({ a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 }).map(([letter, code]) => [letter, code]),
);
const escapeLetters = new Map([...letterEscapes].map(([letter, code]) => [code, letter]));

function quoteText(text: string): string {
  const characters = Array.from(text, (character) =>
    needsQuotes.test(character) ? escapeBytes(Buffer.from(character, "utf8")) : character,
  );
  return `"${characters.join("")}"`;
}

function quoteBytes(name: Buffer): string {
  const parts = Array.from(name, (byte) =>
    byte < 0x20 || byte >= 0x7f || byte === quoteMark || byte === backslash
      ? escapeBytes(Buffer.of(byte))
      : String.fromCharCode(byte),
  );
  return `"${parts.join("")}"`;
}

function escapeBytes(bytes: Buffer): string {
  return Array.from(bytes, (byte) => {
    if (byte === quoteMark || byte === backslash) return `\\${String.fromCharCode(byte)}`;
    const letter = escapeLetters.get(byte);
    return letter === undefined ? `\\${byte.toString(8).padStart(3, "0")}` : `\\${letter}`;
  }).join("");
}
