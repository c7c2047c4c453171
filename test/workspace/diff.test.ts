import { execFileSync } from "node:child_process";
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { listChanges } from "../../src/workspace/changes.ts";
import { readDiff } from "../../src/workspace/diff.ts";
import { type DiffSection, DiffSplitter } from "../../src/workspace/diff-splitter.ts";
import { SmallestFirst } from "../../src/workspace/smallest-first.ts";
import { resolveTarget } from "../../src/workspace/target.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";
import { Fixture, type Gathered, gather, makeFolder, patchOf } from "./support.ts";

function split(patch: Buffer, cuts: readonly number[], maxBytes = 1_000_000): DiffSection[] {
  const sections: DiffSection[] = [];
  const splitter = new DiffSplitter(maxBytes, (section) => sections.push(section));
  const points = [
    0,
    ...cuts.map((cut) => cut % (patch.length + 1)).sort((one, other) => one - other),
    patch.length,
  ];
  for (const [index, point] of points.entries())
    splitter.push(patch.subarray(point, points[index + 1] ?? patch.length));
  splitter.end();
  return sections;
}

function wholePatch({ diff }: Pick<Gathered, "diff">): Buffer {
  return Buffer.concat(diff.files.map(({ text }) => text ?? Buffer.alloc(0)));
}

const hostileLines = [
  "diff --git a/x b/x",
  "--- a/x",
  "+++ b/x",
  "-- sql comment",
  "++ plus",
  "@@ -1 +1 @@",
  "Binary files a/x and b/x differ",
  "rename to x",
  "* Unmerged path x",
  "\\ No newline at end of file",
  "",
  "\r",
  " ",
];

verifies(
  "workspace.diff",
  "lines that look like the head of a patch never start a file or count wrong",
  async () => {
    const fixture = Fixture.withCommit({ "a.txt": `${hostileLines.join("\n")}\n`, "b.txt": "one\n" });
    fixture.write({
      "a.txt": `${hostileLines.toReversed().join("\n")}\n`,
      "b.txt": `one\n${hostileLines.join("\n")}`,
    });
    const gathered = await gather(fixture);
    expect(gathered.diff.files.map(({ change }) => change.path)).toEqual(["a.txt", "b.txt"]);
    const counts = fixture
      .git("diff", "--numstat", "HEAD")
      .split("\n")
      .map((line) => line.split("\t").slice(0, 2).map(Number));
    expect(gathered.diff.files.map(({ insertions, deletions }) => [insertions, deletions])).toEqual(counts);
    expect(wholePatch(gathered).toString()).toBe(`${fixture.git("diff", "--full-index", "HEAD")}\n`);
  },
);

verifies("workspace.diff", "a patch splits the same wherever the pipe cuts it", async () => {
  const fixture = Fixture.withCommit({
    "a.txt": "1\n2\n3\n",
    "moved.txt": "1\n2\n3\n4\n",
    "gone.txt": "x",
    "t.txt": "x\n",
  });
  fixture.git("mv", "moved.txt", "moved\taway.txt");
  fixture.git("rm", "--quiet", "gone.txt", "t.txt");
  symlinkSync("a.txt", join(fixture.root, "t.txt"));
  fixture.write({ "a.txt": `${hostileLines.join("\n")}\n`, "data.bin": Buffer.of(0, 1), "empty.txt": "" });
  fixture.git("add", "--all");
  const patch = execFileSync("git", ["-C", fixture.root, "diff", "--cached", "-M", "--full-index"]);
  const expected = split(patch, []);
  expect(expected.map(({ name }) => name.toString())).toEqual([
    "a.txt",
    "data.bin",
    "empty.txt",
    "gone.txt",
    "moved\taway.txt",
    "t.txt",
    "t.txt",
  ]);
  expect(Buffer.concat(expected.map(({ text }) => text ?? Buffer.alloc(0)))).toEqual(patch);
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 30 }), (cuts) => {
      expect(split(patch, cuts)).toEqual(expected);
    }),
  );
  expect(
    split(
      patch,
      Array.from(patch, (_, index) => index),
    ),
  ).toEqual(expected);
});

verifies("workspace.diff", "a line of a megabyte is counted once and does not hide the next file", () => {
  const head = (name: string): string =>
    `diff --git a/${name} b/${name}\n--- a/${name}\n+++ b/${name}\n@@ -0,0 +1 @@\n`;
  const patch = Buffer.from(`${head("a")}+${"x".repeat(1_000_000)}\n${head("b")}+y\n`);
  const cuts = Array.from({ length: 40 }, (_, index) => index * 30_000);
  const sections = split(patch, cuts, 1_000);
  expect(sections).toMatchObject([
    { name: Buffer.from("a"), insertions: 1 },
    { name: Buffer.from("b"), insertions: 1, text: Buffer.from(`${head("b")}+y\n`) },
  ]);
  expect(sections[0]?.text).toBeUndefined();
  expect(sections[0]?.bytes).toBe(patch.length - (sections[1]?.bytes ?? 0));
});

verifies("workspace.diff", "changed lines are those of the hunks in the new version", async () => {
  const numbers = Array.from({ length: 100 }, (_, index) => `${index + 1}`);
  const fixture = Fixture.withCommit({ "a.txt": numbers.join("\n"), "gone.txt": "x\n" });
  fixture.write({
    "a.txt": numbers
      .flatMap((line) => (line === "20" ? [] : line === "60" ? ["60", "new"] : [line]))
      .join("\n"),
  });
  fixture.git("rm", "--quiet", "gone.txt");
  fixture.write({ "new.txt": "1\n2\n3" });
  const { diff } = await gather(fixture);
  expect(diff.files.map(({ change, changedLines }) => [change.path, changedLines])).toEqual([
    [
      "a.txt",
      [
        { start: 17, end: 22 },
        { start: 57, end: 63 },
      ],
    ],
    ["gone.txt", []],
    ["new.txt", [{ start: 1, end: 3 }]],
  ]);
});

verifies(
  "workspace.diff",
  "the patch, untracked files included, applies to the base and gives the very files",
  async () => {
    const fixture = Fixture.withCommit({ "a.txt": "one\r\ntwo\n", "latin.txt": Buffer.from([0xe9, 0x0a]) });
    const base = fixture.id("HEAD");
    fixture.write({
      "a.txt": "one\r\ntwo\r\nthree",
      "latin.txt": Buffer.from([0xe8, 0x0a]),
      "new file.txt": "x\n\n\r\ny",
      'odd"\n\t.txt': "x\n",
      "one line": "x",
      "only\u202efeed": "\n",
      "latin new": Buffer.from([0xff, 0xfe, 0x0a]),
      "empty.txt": "",
    });
    symlinkSync("a.txt", join(fixture.root, "link"));
    const gathered = await gather(fixture);
    expect(
      gathered.diff.files.map(({ omitted }) => omitted).filter((reason) => reason !== undefined),
    ).toEqual([]);
    const target = new Fixture();
    target.git("clone", "--quiet", fixture.root, ".");
    execFileSync("git", ["apply", "--index", "--whitespace=nowarn"], {
      cwd: target.root,
      input: wholePatch(gathered),
    });
    fixture.git("add", "--all");
    expect(target.git("write-tree")).toBe(fixture.git("write-tree"));
    expect(target.id("HEAD")).toBe(base);
  },
);

verifies("workspace.diff", "binary files are listed and never inlined, tracked or not", async () => {
  const fixture = Fixture.withCommit({ "a.bin": Buffer.of(0, 1, 2) });
  fixture.write({
    "a.bin": Buffer.of(0, 2),
    "new.bin": Buffer.concat([Buffer.alloc(7_999, "x"), Buffer.of(0)]),
  });
  const gathered = await gather(fixture);
  for (const file of gathered.diff.files)
    expect(file).toMatchObject({ isBinary: true, omitted: expect.stringMatching(/^binary/) });
  expect(patchOf(gathered, "new.bin")).toBe(
    "diff --git a/new.bin b/new.bin\nnew file mode 100644\nBinary files /dev/null and b/new.bin differ\n",
  );
});

verifies("workspace.diff", "text that git attributes hide from diffs is said to be left out", async () => {
  const fixture = Fixture.withCommit({ ".gitattributes": "*.js -diff\n", "a.js": "one\n" });
  fixture.write({ "a.js": "two\n" });
  expect((await gather(fixture)).diff.files[0]?.omitted).toContain(
    "marked as not to be shown by git attributes",
  );
});

verifies(
  "workspace.diff.bounded",
  "what does not fit is left out by whole files, largest first, with its full size",
  async () => {
    const lines = (count: number): string => "0123456789\n".repeat(count);
    const fixture = Fixture.withCommit({ "big.txt": "x\n", "small.txt": "x\n" });
    fixture.write({
      "big.txt": lines(1_000),
      "small.txt": lines(2),
      "huge-new.txt": lines(10_000),
      "medium-new.txt": lines(100),
      "small-new.txt": lines(3),
    });
    const whole = await gather(fixture);
    const cut = await gather(fixture, {}, 2_500);
    expect(cut.diff.files.map(({ change, text }) => [change.path, text !== undefined])).toEqual([
      ["big.txt", false],
      ["small.txt", true],
      ["huge-new.txt", false],
      ["medium-new.txt", true],
      ["small-new.txt", true],
    ]);
    expect(cut.diff.files.map(({ omitted }) => omitted)).toEqual([
      `${whole.diff.files[0]?.bytes} bytes do not fit into the limit of 2500 bytes`,
      undefined,
      "110000 bytes do not fit into the limit of 2500 bytes",
      undefined,
      undefined,
    ]);
    expect(cut.diff.files[0]).toMatchObject({
      insertions: 1_000,
      deletions: 1,
      changedLines: [{ start: 1, end: 1_000 }],
    });
    expect(wholePatch(cut).length).toBeLessThanOrEqual(2_500);
    expect(whole.diff.totalBytes).toBe(wholePatch(whole).length);
  },
);

verifies("workspace.diff.bounded", "the kept texts never exceed the limit and are the smallest ones", () => {
  const texts = fc.array(fc.nat({ max: 50 }), { maxLength: 40 });
  fc.assert(
    fc.property(texts, fc.nat({ max: 300 }), (sizes, limit) => {
      const kept = new SmallestFirst(limit);
      for (const [index, size] of sizes.entries()) kept.offer(String(index), Buffer.alloc(size));
      const held = sizes.filter((_, index) => kept.get(String(index)) !== undefined);
      const dropped = sizes.filter((_, index) => kept.get(String(index)) === undefined);
      expect(held.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(limit);
      expect(Math.max(0, ...held)).toBeLessThanOrEqual(Math.min(...dropped, Infinity));
    }),
  );
});

verifies(
  "workspace.diff.bounded",
  "a file that changes between listing and reading is said to be left out",
  async () => {
    const fixture = Fixture.withCommit({ "a.txt": "one\n", "b.txt": "one\n" });
    fixture.write({ "a.txt": "two\n", "b.txt": "two\n", "new.txt": "x\n", "growing.txt": "x\n" });
    const repository = await fixture.open();
    const resolved = await resolveTarget(repository, { scope: "auto", paths: [] }, fixture.root);
    const changes = await listChanges(repository, resolved);
    rmSync(join(fixture.root, "new.txt"));
    fixture.write({ "a.txt": "one\n", "growing.txt": "x".repeat(5_000) });
    const { files } = await readDiff(repository, resolved, changes, 1_000);
    expect(files.map(({ change, omitted }) => [change.path, omitted])).toEqual([
      ["a.txt", "changed again while it was read"],
      ["b.txt", undefined],
      ["growing.txt", expect.stringContaining("do not fit")],
      ["new.txt", expect.stringContaining("ENOENT")],
    ]);
  },
);

verifies(
  "workspace.diff",
  "an untracked file that became a link to a file elsewhere is not read",
  async () => {
    const fixture = Fixture.withCommit();
    fixture.write({ "new.txt": "x\n" });
    const repository = await fixture.open();
    const resolved = await resolveTarget(repository, { scope: "auto", paths: [] }, fixture.root);
    const changes = await listChanges(repository, resolved);
    const secret = join(makeFolder(), "secret");
    writeFileSync(secret, "elsewhere\n");
    rmSync(join(fixture.root, "new.txt"));
    symlinkSync(secret, join(fixture.root, "new.txt"));
    const { files } = await readDiff(repository, resolved, changes, 1_000);
    expect(files[0]?.text).toBeUndefined();
    expect(files[0]?.omitted).toContain("cannot be read");
  },
);
