import { expect } from "vitest";
import { oneLine, sanitise, sanitiseDeep } from "../../../src/report/text/sanitise.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";

const cases: readonly (readonly [string, string, string])[] = [
  ["plain text with newline and tab", "a\n\tb", "a\n\tb"],
  ["a Windows line end", "a\r\nb", "a\nb"],
  ["a lone carriage return", "safe\rEVIL", "safe\\u{D}EVIL"],
  ["colour sequences", "\u001B[1;31mred\u001B[0m", "red"],
  ["a colour sequence inside another", "\u001B\u001B[31m[31mx", "\\u{1B}[31mx"],
  ["cursor movement", "\u001B[2Jx", "\\u{1B}[2Jx"],
  ["a window title", "\u001B]0;t\u0007", "\\u{1B}]0;t\\u{7}"],
  ["C1 controls", "\u009B31mx\u0085", "\\u{9B}31mx\\u{85}"],
  ["DEL", "a\u007Fb", "a\\u{7F}b"],
  ["bidirectional controls", "\u202Ea\u2066b\u200Fc\u061C", "\\u{202E}a\\u{2066}b\\u{200F}c\\u{61C}"],
  ["zero-width characters", "pass\u200Bword\uFEFF\u2060", "pass\\u{200B}word\\u{FEFF}\\u{2060}"],
  ["tag characters", "a\u{E0041}", "a\\u{E0041}"],
  ["a joiner between Latin letters", "a\u200Db\u200Cc", "a\\u{200D}b\\u{200C}c"],
  ["variation selectors that carry data", "a\uFE01\u{E0101}", "a\\u{FE01}\\u{E0101}"],
  ["lone surrogates", "a\uD800b", "a\\u{D800}b"],
  ["line separators", "a\u2028b", "a\\u{2028}b"],
  ["emoji with joiners and selectors", "👨‍👩‍👧 ❤️ 1️⃣ 👍🏽", "👨‍👩‍👧 ❤️ 1️⃣ 👍🏽"],
  ["Persian with a non-joiner", "می\u200Cخواهم", "می\u200Cخواهم"],
  ["accents and Asian scripts", "e\u0301 数据库 नमस्ते", "e\u0301 数据库 नमस्ते"],
];

for (const [what, given, shown] of cases) {
  verifies("report.sanitised", `sanitising handles ${what}`, () => {
    expect(sanitise(given)).toBe(shown);
  });
}

verifies("report.sanitised", "sanitising twice changes nothing more", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const once = sanitise(text);
      expect(sanitise(once)).toBe(once);
    }),
  );
});

verifies("report.sanitised", "one line of text stays one line", () => {
  expect(oneLine(" a\n\tb\r\nc ")).toBe("a b c");
});

verifies("report.sanitised", "every string and key of a structure is sanitised, other values stay", () => {
  expect(sanitiseDeep({ "\u001Ba": ["\u0007", 1, null, { b: "\u202E" }], c: true })).toEqual({
    "\\u{1B}a": ["\\u{7}", 1, null, { b: "\\u{202E}" }],
    c: true,
  });
});
