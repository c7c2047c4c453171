import { expect } from "vitest";
import { displayWidth } from "../../../src/report/text/width.ts";
import { flow, wrapText } from "../../../src/report/text/wrap.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";

const words = fc.array(fc.stringMatching(/^[a-zé数据]{1,14}$/u), { minLength: 1, maxLength: 40 });

verifies("report.layout", "wrapping loses and adds no character but space", () => {
  fc.assert(
    fc.property(words, fc.integer({ min: 20, max: 90 }), (parts, columns) => {
      const text = parts.join(" ");
      const wrapped = wrapText(text, { columns, indent: "  " }).join("");
      expect(wrapped.replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
    }),
  );
});

verifies("report.layout", "no wrapped line is wider than asked unless it is a single word", () => {
  fc.assert(
    fc.property(words, fc.integer({ min: 20, max: 90 }), (parts, columns) => {
      for (const line of wrapText(parts.join(" "), { columns, indent: "  " })) {
        expect(displayWidth(line) <= columns || !line.trim().includes(" ")).toBe(true);
      }
    }),
  );
});

verifies("report.layout", "list items continue under their text", () => {
  expect(wrapText("- one two three four\n10. five six seven eight", { columns: 14 })).toEqual([
    "- one two",
    "  three four",
    "10. five six",
    "    seven",
    "    eight",
  ]);
});

verifies(
  "report.layout",
  "text without spaces is broken between wide characters, never before closing punctuation",
  () => {
    expect(wrapText("数据库连接。没有关闭", { columns: 10 })).toEqual(["数据库连", "接。没有关", "闭"]);
  },
);

verifies("report.verbatim", "the author's line breaks and the spacing of lines that fit stay", () => {
  expect(wrapText("a  b\n\nc", { columns: 20, indent: " " })).toEqual([" a  b", "", " c"]);
});

verifies("report.verbatim", "fenced code, indented code and table rows are never broken", () => {
  const long = "x ".repeat(40).trim();
  const text = `~~~\n${long}\n\`\`\`\n~~~\n    ${long}\n\t${long}\n| ${long} |`;
  expect(wrapText(text, { columns: 20 })).toEqual(text.split("\n"));
});

verifies("report.verbatim", "text after a closed fence is wrapped again", () => {
  expect(wrapText("```\ncode\n```\naaaa bbbb cccc", { columns: 10 })).toEqual([
    "```",
    "code",
    "```",
    "aaaa bbbb",
    "cccc",
  ]);
});

verifies("report.verbatim", "a word that is wider than the line stays whole", () => {
  const address = "https://example.com/a/long/address";
  expect(wrapText(`see ${address} there`, { columns: 20 })).toEqual(["see", address, "there"]);
});

verifies("report.layout", "pieces flow into rows and are never broken", () => {
  expect(flow(["aaa", "bbb", "ccccc ccccc"], " · ", { columns: 9 })).toEqual([
    ["aaa", "bbb"],
    ["ccccc ccccc"],
  ]);
});
