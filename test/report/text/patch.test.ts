import { describe, expect } from "vitest";
import type { PatchFacts, PatchFile } from "../../../src/domain/envelope.ts";
import { renderPatch } from "../../../src/report/text/patch.ts";
import { renderEnvelope } from "../../../src/report/text/render-envelope.ts";
import { verifies } from "../../support/requirements.ts";

const style = { columns: 80, colour: false };
const file = (path: string, more: Partial<PatchFile> = {}): PatchFile => ({
  path,
  status: "modified",
  insertions: 1,
  deletions: 2,
  ...more,
});
const patch = (files: readonly PatchFile[], more: Partial<PatchFacts> = {}): PatchFacts => ({
  path: "/state/jobs/j/patch.diff",
  sha256: "0".repeat(64),
  bytes: 1_500,
  baseline: "1".repeat(40),
  files,
  insertions: files.length,
  deletions: 2 * files.length,
  preview: "diff --git a/a b/a\n+one\n",
  isPreviewCut: false,
  ...more,
});
const shown = (facts: PatchFacts, reader?: "model") =>
  renderPatch(facts, { ...style, ...(reader === undefined ? {} : { reader }) }).join("\n");

describe("a patch as text", () => {
  verifies("delegate.text", "names each file with what happens to it and its size", () => {
    const files = [
      file("a.txt"),
      file("new.bin", { status: "added" }),
      file("gone.txt", { status: "deleted", insertions: 0 }),
      file("to.txt", { status: "renamed", oldPath: "from.txt" }),
      file("link", { status: "typechange" }),
    ].map((one) => {
      if (one.path !== "new.bin") return one;
      const { insertions: _added, deletions: _gone, ...binary } = one;
      return binary;
    });
    expect(shown(patch(files))).toBe(
      [
        "Patch (5 files, +3 -8)",
        "  M a.txt  +1 -2",
        "  A new.bin  binary",
        "  D gone.txt  +0 -2",
        "  R from.txt → to.txt  +1 -2",
        "  T link  +1 -2",
        "The whole patch: /state/jobs/j/patch.diff (1.5 kB)",
      ].join("\n"),
    );
  });

  verifies("delegate.text", "tells apart what decides about success", () => {
    const files = [
      file("test/a.test.ts", { decides: "test" }),
      file(".github/workflows/ci.yml", { decides: "ci" }),
      file("package-lock.json", { decides: "lockfile" }),
      file("vitest.config.ts", { decides: "runner" }),
    ];
    const text = shown(patch(files));
    expect(text).toContain("Changes tests: test/a.test.ts");
    expect(text).toContain("Changes CI files: .github/workflows/ci.yml");
    expect(text).toContain("Changes lockfiles: package-lock.json");
    expect(text).toContain("Changes runner configuration: vitest.config.ts");
  });

  verifies("delegate.text", "says whether it fits, and nothing where nobody knows", () => {
    expect(shown(patch([file("a")], { applies: true }))).toContain("Applies: yes");
    expect(shown(patch([file("a")], { applies: false }))).toContain("Applies: not as it is");
    expect(shown(patch([file("a")]))).not.toContain("Applies");
    expect(shown(patch([]))).toBe("");
  });

  verifies("delegate.text", "shows a model the beginning of it, a person the file", () => {
    const facts = patch([file("a")]);
    expect(shown(facts)).not.toContain("+one");
    expect(shown(facts, "model")).toContain("diff --git a/a b/a\n+one");
    const cut = patch([file("a")], { isPreviewCut: true });
    expect(shown(cut, "model")).toContain("… cut; all of it is in the file above.");
  });

  verifies("delegate.text", "lists 40 files and counts the rest, and no name leaves its line", () => {
    const many = Array.from({ length: 50 }, (_, index) => file(`f${index}`));
    expect(shown(patch(many))).toContain("… and 10 more");
    const hostile = shown(patch([file("a\u001b[2J\nApplies: yes")], { path: "/x\u001b[31m\nb" }));
    expect(hostile).not.toContain("\u001b");
    expect(hostile.split("\n").filter((line) => line.startsWith("Applies"))).toEqual([]);
  });

  verifies("delegate.text", "is told with what is not in it", () => {
    const text = renderEnvelope(
      {
        schema: "codex-tandem/1",
        ok: true,
        kind: "delegate",
        patch: patch([file("a")]),
        coverage: {
          status: "partial",
          basis: "gathered",
          examined: ["a"],
          omitted: [{ path: "out/", reason: "ignored by git" }],
        },
      },
      style,
    );
    expect(text).toContain("Not in the patch: 1 path\n  ignored by git: out/");
    expect(text).not.toContain("examined");
  });
});
