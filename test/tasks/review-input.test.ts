import { execFileSync } from "node:child_process";
import { expect } from "vitest";
import type { Target } from "../../src/domain/envelope.ts";
import { reviewInput } from "../../src/tasks/review-input.ts";
import type { ResolvedTarget } from "../../src/workspace/target.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";
import { Fixture, gather } from "../workspace/support.ts";

const base = "1".repeat(40);
const head = "2".repeat(40);

function resolved(
  scope: Target["scope"],
  changes: Partial<Target>,
  ...comparison: readonly string[]
): ResolvedTarget {
  return {
    target: { scope, paths: [], label: "x", ...changes },
    comparison,
    isWorktree: scope === "working-tree" || scope === "paths",
  };
}

const untracked = "Untracked files count too";
const table: readonly (readonly [
  claim: string,
  target: ResolvedTarget,
  isDirty: boolean,
  expected: unknown,
])[] = [
  ["uncommitted changes", resolved("working-tree", { base }, base), true, { type: "uncommittedChanges" }],
  [
    "uncommitted changes without a commit",
    resolved("working-tree", {}, base),
    true,
    { type: "uncommittedChanges" },
  ],
  [
    "a branch in a clean tree",
    resolved("branch", { base, head }, base, head),
    false,
    { type: "baseBranch", branch: base },
  ],
  [
    "a branch in a dirty tree",
    resolved("branch", { base, head }, base, head),
    true,
    `git diff ${base} ${head}\``,
  ],
  [
    "one commit",
    resolved("commit", { base, head }, base, head),
    false,
    { type: "commit", sha: head, title: null },
  ],
  [
    "one commit in a dirty tree",
    resolved("commit", { base, head }, base, head),
    true,
    { type: "commit", sha: head, title: null },
  ],
  ["the index", resolved("staged", { base }, "--cached", base), true, `git diff --cached ${base}\``],
  [
    "paths of the work tree",
    resolved("working-tree", { base, paths: ["src", "a b.ts"] }, base),
    true,
    `git --literal-pathspecs diff ${base} -- src 'a b.ts'\``,
  ],
  [
    "paths of a branch",
    resolved("branch", { base, head, paths: ["src"] }, base, head),
    false,
    `git --literal-pathspecs diff ${base} ${head} -- src\``,
  ],
  [
    "paths of a commit",
    resolved("commit", { base, head, paths: ["src"] }, base, head),
    false,
    `git --literal-pathspecs diff ${base} ${head} -- src\``,
  ],
  [
    "paths of the index",
    resolved("staged", { base, paths: ["-x"] }, "--cached", base),
    true,
    `git --literal-pathspecs diff --cached ${base} -- -x\``,
  ],
  [
    "whole files",
    resolved("paths", { paths: ["a.ts"] }, base),
    true,
    `git --literal-pathspecs diff ${base} -- a.ts\``,
  ],
];

for (const [claim, target, isDirty, expected] of table) {
  verifies(
    "tasks.review_target",
    `${claim}: ${typeof expected === "string" ? "said in words" : JSON.stringify(expected)}`,
    () => {
      const input = reviewInput(target, isDirty);
      if (typeof expected !== "string") {
        expect(input).toEqual(expected);
        return;
      }
      if (input.type !== "custom") throw new Error(`Not said in words: ${input.type}`);
      expect(input.instructions).toContain(`\`${expected}`);
      expect(input.instructions.includes(untracked)).toBe(target.isWorktree);
      const { paths } = target.target;
      expect(input.instructions.includes("Review only these paths")).toBe(paths.length > 0);
      if (paths.length > 0) expect(input.instructions).toContain(JSON.stringify(paths));
    },
  );
}

verifies(
  "tasks.review_target",
  "a shell takes every name for exactly one word, and no name leaves its line",
  () => {
    const piece = fc.constantFrom(
      "'",
      '"',
      "`",
      "$(id)",
      "\\",
      "\n",
      "\r",
      "\t",
      " ",
      ";",
      "*",
      "-",
      "é",
      "💥",
      "\u202e",
      "7",
    );
    const name = fc.oneof(
      fc.array(piece, { minLength: 1, maxLength: 8 }).map((it) => it.join("")),
      fc.string({ unit: "grapheme", minLength: 1 }).filter((it) => !it.includes("\0")),
    );
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 3 }), (paths) => {
        const input = reviewInput(resolved("staged", { base, paths }, "--cached", base), true);
        const instructions = input.type === "custom" ? input.instructions : "";
        expect(instructions).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        const [, command = ""] = instructions.split("`");
        const words = command.slice(command.indexOf(" -- ") + 4);
        const printed = runInShell(`printf '%s\\0' ${words}`);
        expect(printed.split("\0").slice(0, -1)).toEqual(paths);
      }),
      fc.cases(60),
    );
  },
);

verifies("tasks.review_target", "a name that looks like a pattern is asked for as a name", async () => {
  const fixture = Fixture.withCommit({ "*.txt": "one\n", "b.txt": "one\n" });
  fixture.write({ "*.txt": "two\n", "b.txt": "two\n" });
  const gathered = await gather(fixture, { scope: "working-tree", paths: ["*.txt"] });
  const input = reviewInput(gathered, true);
  const [, command = ""] = (input.type === "custom" ? input.instructions : "").split("`");
  const printed = runInShell(command, fixture.root);
  expect(printed.match(/^diff --git.*/gm)).toEqual(["diff --git a/*.txt b/*.txt"]);
});

function runInShell(line: string, folder = "/"): string {
  return execFileSync("bash", ["--norc", "-c", line], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], HOME: folder, LC_ALL: "C.UTF-8" },
  });
}
