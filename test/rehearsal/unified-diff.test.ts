import { expect } from "vitest";
import { findingsInDiff } from "../../src/rehearsal/demo-findings.ts";
import { readDiff } from "../../src/rehearsal/unified-diff.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";

function diffOf(path: string, context: readonly string[], added: readonly string[]): string {
  return [
    `diff --git a/${path} b/${path}`,
    `--- a/${path}`,
    `+++ b/${path}`,
    `@@ -5,${context.length} +5,${context.length + added.length} @@ part`,
    ...context.map((line) => ` ${line}`),
    ...added.map((line) => `+${line}`),
  ].join("\n");
}

verifies(
  "rehearsal.demo_review",
  "added lines keep their numbers, and content never passes for a header",
  () => {
    const line = fc.oneof(
      fc.string().map((text) => text.replaceAll("\n", "")),
      fc.constantFrom("++ b/etc/passwd", "@@ -1 +1 @@", "diff --git a/x b/x", "-- a/x"),
    );
    fc.assert(
      fc.property(fc.array(line), fc.array(line, { minLength: 1 }), (context, added) => {
        const diff = readDiff(`${diffOf("f.txt", context, added)}\n${diffOf("g h.txt", added, context)}\n`);
        expect(diff.paths).toEqual(["f.txt", "g h.txt"]);
        expect(diff.lines.filter((found) => found.path === "f.txt" && found.isAdded)).toEqual(
          added.map((text, index) => ({
            path: "f.txt",
            number: 5 + context.length + index,
            text,
            isAdded: true,
          })),
        );
      }),
    );
  },
);

verifies("rehearsal.demo_review", "deleted files and quoted names are no paths", () => {
  const text = [
    "--- a/f",
    "+++ /dev/null",
    "@@ -1 +0,0 @@",
    "-x",
    '+++ "b/a\\tb"',
    "@@ -0,0 +1 @@",
    "+x",
  ].join("\n");
  expect(readDiff(text)).toEqual({ paths: [], lines: [] });
});

verifies("rehearsal.demo_review", "the words of a known bug elsewhere are no finding", () => {
  const line =
    "`outbox.start(interval)` flushes by itself every `interval` seconds, `outbox.stop()` ends that.";
  expect(findingsInDiff(diffOf("README.md", [], [line]))).toHaveLength(1);
  expect(findingsInDiff(diffOf("README.md", [line], ["x"]))).toEqual([]);
  expect(findingsInDiff(diffOf("OTHER.md", [], [line]))).toEqual([]);
});
