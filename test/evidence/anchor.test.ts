import { describe, expect } from "vitest";
import { findingId } from "../../src/domain/finding.ts";
import { anchorOf, relativeToRoot } from "../../src/evidence/anchor.ts";
import { anchorOfQuote, shownLines } from "../../src/evidence/quote.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";

describe("a place", () => {
  const grounds = [
    {
      path: "a.ts",
      changedLines: [
        { start: 10, end: 12 },
        { start: 20, end: 20 },
      ],
    },
    { path: "deleted.ts", changedLines: [] },
  ];
  const places: readonly (readonly [
    file: string,
    lineStart: number | undefined,
    lineEnd: number | undefined,
    anchor: string,
  ])[] = [
    ["a.ts", 10, 10, "exact"],
    ["a.ts", 12, undefined, "exact"],
    ["a.ts", 20, 25, "exact"],
    ["a.ts", 5, 10, "exact"],
    ["a.ts", 1, 9, "moved"],
    ["a.ts", 13, 19, "moved"],
    ["a.ts", 21, 99, "moved"],
    ["a.ts", undefined, undefined, "moved"],
    ["deleted.ts", 1, 1, "moved"],
    ["b.ts", 10, 10, "missing"],
    ["A.ts", 10, 10, "missing"],
    ["./a.ts", 10, 10, "missing"],
  ];
  for (const [file, lineStart, lineEnd, anchor] of places) {
    verifies("tasks.anchors", `${file}:${lineStart ?? ""}-${lineEnd ?? ""} is ${anchor}`, () => {
      const place = {
        file,
        ...(lineStart === undefined ? {} : { lineStart }),
        ...(lineEnd === undefined ? {} : { lineEnd }),
      };
      expect(anchorOf(place, grounds)).toBe(anchor);
    });
  }

  const paths: readonly (readonly [given: string, relative: string])[] = [
    ["/w/src/a.ts", "src/a.ts"],
    ["src/a.ts", "src/a.ts"],
    ["./src/a.ts", "src/a.ts"],
    ["src/../a.ts", "a.ts"],
    ["src//a.ts", "src/a.ts"],
    ["/w/src/../a.ts", "a.ts"],
    ["/w/..hidden/a.ts", "..hidden/a.ts"],
    ["..hidden", "..hidden"],
    ["/w/...", "..."],
    ["/w", "/w"],
    ["/world/a.ts", "/world/a.ts"],
    ["/etc/passwd", "/etc/passwd"],
    ["../a.ts", "../a.ts"],
    ["src/../../a.ts", "src/../../a.ts"],
    [".", "."],
    ["", ""],
  ];
  for (const [given, relative] of paths) {
    verifies("tasks.anchors", `${JSON.stringify(given)} is ${JSON.stringify(relative)} in /w`, () => {
      expect(relativeToRoot(given, "/w")).toBe(relative);
    });
  }
});

const patch = [
  "diff --git a/a.ts b/a.ts",
  "index 1..2 100644",
  "--- a/a.ts",
  "+++ b/a.ts",
  "@@ -1,4 +1,5 @@ function first() {",
  " const one = 1;",
  "-const two = 3;",
  "+\tconst two = 2;  ",
  "+  if (two) {\r",
  "+    return one;",
  " ",
  "\\ No newline at end of file",
  "@@ -30 +31 @@",
  "-before",
  "+after @@ -1 +1 @@",
  "@@ -40,2 +40,0 @@",
  "-gone one",
  "-gone two",
].join("\n");

describe("the lines that a patch shows", () => {
  verifies("tasks.anchors", "are context and additions, by their numbers in the new version", () => {
    expect([...shownLines(patch)]).toEqual([
      [1, "const one = 1;"],
      [2, "\tconst two = 2;  "],
      [3, "  if (two) {\r"],
      [4, "    return one;"],
      [5, ""],
      [31, "after @@ -1 +1 @@"],
    ]);
  });

  verifies("tasks.anchors", "are context and removals, by their numbers in the old version", () => {
    expect([...shownLines(patch, "old")]).toEqual([
      [1, "const one = 1;"],
      [2, "const two = 3;"],
      [3, ""],
      [30, "before"],
      [40, "gone one"],
      [41, "gone two"],
    ]);
  });

  verifies("tasks.anchors", "never come from headers, also of a file that became a link", () => {
    const header = "diff --git a/x b/x\nold mode 1\nnew mode 2\n--- a/x\n+++ b/x\n";
    const deleted = `${header}@@ -1 +0,0 @@\n-text\n`;
    const link = `${header}@@ -0,0 +1 @@\n+target\n\\ No newline at end of file\n`;
    expect([...shownLines(deleted + link)]).toEqual([[1, "target"]]);
    expect([...shownLines(deleted + link, "old")]).toEqual([[1, "text"]]);
    expect([...shownLines("")]).toEqual([]);
  });
});

describe("a quote", () => {
  const lines = shownLines(patch);
  const quotes: readonly (readonly [quote: string, lineStart: number | undefined, anchor: string])[] = [
    ["const one = 1;", 1, "exact"],
    ["const one = 1;", 9, "moved"],
    ["const one = 1;", undefined, "moved"],
    ["const two = 2;", 2, "exact"],
    ["\t\tconst two = 2;\t", 2, "exact"],
    ["if (two) {", 3, "exact"],
    ["const two = 2;\n  if (two) {\n    return one;", 2, "exact"],
    ["const two = 2;\r\nif (two) {\r\n", 2, "exact"],
    ["\n\nconst two = 2;\n\n", 2, "exact"],
    ["if (two) {\nconst two = 2;", 3, "missing"],
    ["return one;\n\n", 4, "exact"],
    ["const two  =  2;", 2, "missing"],
    ["const two", 2, "missing"],
    ["const two = 3;", 2, "missing"],
    ["return one;\nafter @@ -1 +1 @@", 4, "missing"],
    ["after @@ -1 +1 @@", 31, "exact"],
    ["", 1, "missing"],
    ["  \n\t", 1, "missing"],
  ];
  for (const [quote, lineStart, anchor] of quotes) {
    verifies("tasks.anchors", `${JSON.stringify(quote)} at line ${lineStart ?? "?"} is ${anchor}`, () => {
      expect(anchorOfQuote({ quote, ...(lineStart === undefined ? {} : { lineStart }) }, lines)).toBe(anchor);
    });
  }
});

describe("a finding's id", () => {
  const point = { file: "src/a.ts", quote: "const a = 1;\n  const b = 2;", title: "Wrong result: a is 1" };

  verifies("tasks.finding_id", "is 12 hexadecimal digits and depends on file, quote and title", () => {
    const id = findingId(point);
    expect(id).toMatch(/^[0-9a-f]{12}$/);
    const others = [
      { ...point, file: "src/b.ts" },
      { ...point, quote: "const a = 2;" },
      { ...point, title: "Wrong result: a is 2" },
      { title: point.title },
      { title: point.title, file: point.file },
    ];
    expect(new Set([id, ...others.map(findingId)]).size).toBe(others.length + 1);
  });

  verifies(
    "tasks.finding_id",
    "stays when spacing, line ends, case and punctuation of the title change",
    () => {
      const space = fc.constantFrom(" ", "\n", "\t", "\r\n", "   ");
      const mark = fc.constantFrom(" ", ": ", " - ", "! ", " “", " `");
      fc.assert(
        fc.property(
          fc.array(space, { minLength: 7, maxLength: 7 }),
          fc.array(mark, { minLength: 5 }),
          (gaps, marks) => {
            const quote = ["const", "a", "=", "1;", "const", "b", "=", "2;"].map(
              (word, index) => word + (gaps[index] ?? ""),
            );
            const title = ["WRONG", "result", "a", "Is", "1"].map(
              (word, index) => word + (marks[index] ?? ""),
            );
            expect(findingId({ ...point, quote: quote.join(""), title: title.join("") })).toBe(
              findingId(point),
            );
          },
        ),
      );
    },
  );
});
