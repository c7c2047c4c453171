import { expect } from "vitest";
import { LineDecoder } from "../../../src/codex/app-server/line-decoder.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";

interface Decoded {
  readonly lines: readonly string[];
  readonly oversize: readonly string[];
}

function decode(chunks: readonly Uint8Array[], limit?: number): Decoded {
  const lines: string[] = [];
  const oversize: string[] = [];
  const decoder = new LineDecoder(
    { onLine: (line) => lines.push(line), onOversize: (start) => oversize.push(start) },
    limit,
  );
  for (const chunk of chunks) decoder.push(Buffer.from(chunk));
  decoder.end();
  return { lines, oversize };
}

function cut(bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
}

const places = fc.array(fc.nat(), { maxLength: 12 });

verifies("codex.framing", "any bytes cut at any places give the same lines", () => {
  const bytes = fc.array(fc.oneof(fc.constant(10), fc.integer({ min: 0, max: 255 })), { maxLength: 120 });
  fc.assert(
    fc.property(bytes, places, (content, where) => {
      const whole = Uint8Array.from(content);
      expect(decode(cut(whole, where))).toEqual(decode([whole]));
    }),
  );
});

verifies("codex.framing", "texts of any characters come out as they went in, wherever they are cut", () => {
  const line = fc.string({ unit: "grapheme" }).filter((text) => !/[\n]/.test(text) && text.trim() !== "");
  fc.assert(
    fc.property(fc.array(line), places, (lines, where) => {
      const bytes = new TextEncoder().encode(lines.map((text) => `${text}\n`).join(""));
      expect(decode(cut(bytes, where)).lines).toEqual(lines);
    }),
  );
});

verifies("codex.framing", "a character whose bytes arrive one by one stays whole", () => {
  const bytes = Buffer.from('{"a":"ä€🜚"}\n');
  expect(decode([...bytes].map((byte) => Uint8Array.of(byte))).lines).toEqual(['{"a":"ä€🜚"}']);
});

verifies("codex.framing", "the last line counts without its line feed, and empty lines do not", () => {
  expect(decode([Buffer.from("one\n\n \r\ntwo")]).lines).toEqual(["one", "two"]);
});

verifies(
  "codex.framing",
  "an over-long line is reported once with its beginning, and the next line is intact",
  () => {
    const long = "x".repeat(5_000);
    const chunks = [`short\n${long}`, long, `${long}\nnext\n`].map((text) => Buffer.from(text));
    const { lines, oversize } = decode(chunks, 1_000);
    expect(lines).toEqual(["short", "next"]);
    expect(oversize).toEqual(["x".repeat(200)]);
  },
);

verifies("codex.framing", "an over-long line without an end gives no line", () => {
  expect(decode([Buffer.from("x".repeat(20))], 10)).toEqual({ lines: [], oversize: ["x".repeat(20)] });
});

verifies("codex.framing", "a line of exactly the limit is kept, whatever it is cut into", () => {
  fc.assert(
    fc.property(places, (where) => {
      const bytes = Buffer.from(`${"x".repeat(50)}\n${"y".repeat(51)}\nz\n`);
      expect(decode(cut(bytes, where), 50).lines).toEqual(["x".repeat(50), "z"]);
    }),
  );
});
