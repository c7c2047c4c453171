// src/workspace/paths.ts
import { isUtf8 } from "node:buffer";
function pathText(name) {
  if (!isUtf8(name)) return quoteBytes(name);
  const text = name.toString("utf8");
  return needsQuotes.test(text) ? quoteText(text) : text;
}
function pathBytes(text) {
  return unquoteName(Buffer.from(text, "utf8"));
}
function unquoteName(printed) {
  const last = printed.length - 1;
  if (last < 1 || printed[0] !== quoteMark || printed[last] !== quoteMark) return printed;
  const bytes = [];
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
function splitRecords(output) {
  const records = [];
  let start = 0;
  for (let end = output.indexOf(0); end >= 0; end = output.indexOf(0, start)) {
    records.push(output.subarray(start, end));
    start = end + 1;
  }
  return records;
}
var quoteMark = 34;
var backslash = 92;
var unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
var needsQuotes = new RegExp(`["\\\\]|${unsafe.source}`, "u");
var letterEscapes = new Map(
  Object.entries({ a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 }).map(([letter, code]) => [letter, code])
);
var escapeLetters = new Map([...letterEscapes].map(([letter, code]) => [code, letter]));
function quoteText(text) {
  const characters = Array.from(
    text,
    (character) => needsQuotes.test(character) ? escapeBytes(Buffer.from(character, "utf8")) : character
  );
  return `"${characters.join("")}"`;
}
function quoteBytes(name) {
  const parts = Array.from(
    name,
    (byte) => byte < 32 || byte >= 127 || byte === quoteMark || byte === backslash ? escapeBytes(Buffer.of(byte)) : String.fromCharCode(byte)
  );
  return `"${parts.join("")}"`;
}
function escapeBytes(bytes) {
  return Array.from(bytes, (byte) => {
    if (byte === quoteMark || byte === backslash) return `\\${String.fromCharCode(byte)}`;
    const letter = escapeLetters.get(byte);
    return letter === void 0 ? `\\${byte.toString(8).padStart(3, "0")}` : `\\${letter}`;
  }).join("");
}

export {
  pathText,
  pathBytes,
  unquoteName,
  splitRecords
};
