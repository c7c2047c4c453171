import { expect } from "vitest";
import { cutToWidth, displayWidth, padToWidth } from "../../../src/report/text/width.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";

const widths: readonly (readonly [string, number])[] = [
  ["", 0],
  ["abc", 3],
  ["é", 1],
  ["e\u0301", 1],
  ["数据库", 6],
  ["ｱ", 1],
  ["Ａ", 2],
  ["한국", 4],
  ["\u1112\u1161\u11AB", 2],
  ["😀", 2],
  ["👨‍👩‍👧", 2],
  ["🇩🇪", 2],
  ["❤️", 2],
  ["❤", 1],
  ["1️⃣", 2],
  ["·…—", 3],
  ["𠮷", 2],
];

for (const [text, width] of widths) {
  verifies("report.layout", `${JSON.stringify(text)} takes ${width} columns`, () => {
    expect(displayWidth(text)).toBe(width);
  });
}

verifies("report.layout", "a cut text is never wider than asked and says that it is cut", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 30 }), (text, columns) => {
      const cut = cutToWidth(text, columns);
      expect(displayWidth(cut)).toBeLessThanOrEqual(columns);
      if (displayWidth(text) > columns) expect(cut.endsWith("…")).toBe(true);
      else expect(cut).toBe(text);
    }),
  );
});

verifies("report.layout", "cutting never splits a wide character or an emoji", () => {
  expect(cutToWidth("数据库", 4)).toBe("数…");
  expect(cutToWidth("👨‍👩‍👧👨‍👩‍👧", 3)).toBe("👨‍👩‍👧…");
  expect(cutToWidth("abc", 0)).toBe("");
});

verifies("report.layout", "padding counts columns, not characters", () => {
  expect(padToWidth("数", 4)).toBe("数  ");
  expect(padToWidth("abcdef", 4)).toBe("abcdef");
});
