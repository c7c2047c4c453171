import { expect } from "vitest";
import { pathBytes, pathText, splitRecords, unquoteName } from "../../src/workspace/paths.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";

verifies("workspace.names", "every name of bytes becomes safe text and comes back byte for byte", () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 60 });
  const words = fc.string({ unit: "binary", minLength: 1 }).map((text) => new TextEncoder().encode(text));
  const tricky = fc
    .array(fc.constantFrom('"', "\\", "\n", "\t", "\x7f", "\u202e", "\u2028", "\xe9", "a", "7", " "), {
      minLength: 1,
    })
    .map((parts) => new TextEncoder().encode(parts.join("")));
  fc.assert(
    fc.property(fc.oneof(bytes, words, tricky), (name) => {
      const text = pathText(Buffer.from(name));
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(Buffer.from(text, "utf8").toString("utf8")).toBe(text);
      expect(pathBytes(text)).toEqual(Buffer.from(name));
    }),
    fc.cases(2_000),
  );
});

verifies("workspace.names", "ordinary names stay as they are and others are quoted as git does", () => {
  for (const name of ["a b.txt", "ü/日本.ts", "-x", "--output=y", ":(glob)*", "it's"]) {
    expect(pathText(Buffer.from(name))).toBe(name);
  }
  expect(pathText(Buffer.from('a\tb\n"c"\\\x01'))).toBe('"a\\tb\\n\\"c\\"\\\\\\001"');
  expect(pathText(Buffer.from([0x63, 0x61, 0x66, 0xe9]))).toBe('"caf\\351"');
  expect(pathText(Buffer.from("a\u202eb"))).toBe('"a\\342\\200\\256b"');
});

verifies(
  "workspace.names",
  "names that git prints in quotes are read, also with raw bytes between the quotes",
  () => {
    const printed = Buffer.concat([Buffer.from('"a\\tb\\"'), Buffer.of(0xe9), Buffer.from('\\001\\a\\\\"')]);
    expect(unquoteName(printed)).toEqual(
      Buffer.concat([Buffer.from('a\tb"'), Buffer.of(0xe9, 1, 7), Buffer.from("\\")]),
    );
    expect(unquoteName(Buffer.from('"'))).toEqual(Buffer.from('"'));
  },
);

verifies("workspace.names", "records end with NUL and an unfinished one is none", () => {
  expect(splitRecords(Buffer.from("a\0\nb\0\0half")).map(String)).toEqual(["a", "\nb", ""]);
});
