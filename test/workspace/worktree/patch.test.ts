import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { stateOf } from "../../integration/delegate/support.ts";
import {
  array,
  assert,
  asyncProperty,
  cases as caseCount,
  integer,
  uniqueArray,
} from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";
import { Fixture } from "../support.ts";
import { applies, apply, delegate, filesOf, shell, undo } from "./support.ts";

const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}\n`).join("");
const binary = Buffer.from(Array.from({ length: 3000 }, (_, index) => (index * 7919) % 256));

interface Case {
  readonly committed?: Record<string, string | Buffer>;
  readonly before?: (fixture: Fixture) => void;
  readonly edit: (tree: string) => void;
}

const cases: Readonly<Record<string, Case>> = {
  text: { edit: (tree) => writeFileSync(join(tree, "a.txt"), "two\n") },
  "a new file": { edit: (tree) => writeFileSync(join(tree, "new.txt"), "new\n") },
  "a new empty file": { edit: (tree) => writeFileSync(join(tree, "empty"), "") },
  "a file without end of line": { edit: (tree) => writeFileSync(join(tree, "a.txt"), "no end") },
  deletion: { edit: (tree) => rmSync(join(tree, "a.txt")) },
  "deletion of a folder": {
    committed: { "d/e/f.txt": "f\n", "d/g.txt": "g\n" },
    edit: (tree) => rmSync(join(tree, "d"), { recursive: true }),
  },
  rename: {
    committed: { "long.txt": lines(50) },
    edit: (tree) => {
      mkdirSync(join(tree, "to"));
      renameSync(join(tree, "long.txt"), join(tree, "to/other.txt"));
    },
  },
  "rename with a change": {
    committed: { "long.txt": lines(50) },
    edit: (tree) => {
      rmSync(join(tree, "long.txt"));
      writeFileSync(join(tree, "moved.txt"), `${lines(50)}more\n`);
    },
  },
  "mode alone": { edit: (tree) => chmodSync(join(tree, "a.txt"), 0o755) },
  "a new link": { edit: (tree) => symlinkSync("a.txt", join(tree, "link")) },
  "a file that becomes a link": {
    edit: (tree) => {
      rmSync(join(tree, "a.txt"));
      symlinkSync("elsewhere", join(tree, "a.txt"));
    },
  },
  "a link that becomes a file": {
    before: (fixture) => symlinkSync("nowhere", join(fixture.root, "link")),
    edit: (tree) => {
      rmSync(join(tree, "link"));
      writeFileSync(join(tree, "link"), "file\n");
    },
  },
  "a link that leads out": { edit: (tree) => symlinkSync("../../../etc/passwd", join(tree, "out")) },
  "a file that becomes a folder": {
    edit: (tree) => {
      rmSync(join(tree, "a.txt"));
      mkdirSync(join(tree, "a.txt"));
      writeFileSync(join(tree, "a.txt/inside"), "inside\n");
    },
  },
  "a folder that becomes a file": {
    committed: { "d/inside.txt": "inside\n" },
    edit: (tree) => {
      rmSync(join(tree, "d"), { recursive: true });
      writeFileSync(join(tree, "d"), "file\n");
    },
  },
  "a folder that becomes a link": {
    committed: { "d/inside.txt": "inside\n", "e/other.txt": "other\n" },
    edit: (tree) => {
      rmSync(join(tree, "d"), { recursive: true });
      symlinkSync("e", join(tree, "d"));
    },
  },
  "a link that becomes a folder": {
    before: (fixture) => symlinkSync("nowhere", join(fixture.root, "link")),
    edit: (tree) => {
      rmSync(join(tree, "link"));
      mkdirSync(join(tree, "link"));
      writeFileSync(join(tree, "link/inside"), "inside\n");
    },
  },
  "new binary": { edit: (tree) => writeFileSync(join(tree, "b.bin"), binary) },
  "changed binary": {
    committed: { "b.bin": binary },
    edit: (tree) => writeFileSync(join(tree, "b.bin"), Buffer.concat([binary, Buffer.of(1, 2, 3)])),
  },
  "CRLF files": {
    committed: { "crlf.txt": "one\r\ntwo\r\n" },
    edit: (tree) => writeFileSync(join(tree, "crlf.txt"), "one\r\nthree\r\nfour\r\n"),
  },
  "latin-1": {
    committed: { "l.txt": Buffer.from("caf\xe9\nund\n", "latin1") },
    edit: (tree) => writeFileSync(join(tree, "l.txt"), Buffer.from("caf\xe9\n\xfcber\n", "latin1")),
  },
  "what looks like a secret": {
    committed: { "keys.txt": "api_key = placeholder\n" },
    edit: (tree) => {
      writeFileSync(join(tree, "keys.txt"), 'api_key = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD"\n');
      writeFileSync(join(tree, ".env"), "PASSWORD=hunter2hunter2\n");
      writeFileSync(join(tree, "id.pem"), "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n");
    },
  },
  "lines that look like a patch": {
    committed: { "p.txt": "x\n" },
    edit: (tree) => writeFileSync(join(tree, "p.txt"), "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n"),
  },
  "20 MB": {
    committed: { "big.txt": lines(300_000) },
    edit: (tree) => {
      writeFileSync(join(tree, "big.txt"), lines(300_000).replaceAll("line", "LINE"));
      writeFileSync(join(tree, "big.bin"), Buffer.alloc(20_000_000, binary));
    },
  },
  "uncommitted work of every kind": {
    committed: { "c.txt": "c\n", "gone.txt": "gone\n", "staged.txt": "s\n" },
    before: (fixture) => {
      fixture.write({
        "c.txt": "c changed\n",
        "staged.txt": "s2\n",
        "added.txt": "added\n",
        "b.bin": binary,
      });
      fixture.git("add", "staged.txt", "added.txt", "b.bin");
      fixture.write({ "staged.txt": "s3\n" });
      rmSync(join(fixture.root, "gone.txt"));
      chmodSync(join(fixture.root, "a.txt"), 0o755);
    },
    edit: (tree) => {
      writeFileSync(join(tree, "c.txt"), "c changed\nby codex\n");
      writeFileSync(join(tree, "staged.txt"), "s4\n");
      writeFileSync(join(tree, "b.bin"), Buffer.from("text now\n"));
    },
  },
  "commits in the work tree": {
    edit: (tree) => {
      writeFileSync(join(tree, "a.txt"), "committed\n");
      shell(tree, "git add -A && git -c user.name=C -c user.email=c@example.org commit -qm work");
      writeFileSync(join(tree, "b.txt"), "and not\n");
    },
  },
};

/** Settings of git that change what it prints or how it writes files. */
const settings: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  "the odd ones": [
    ["diff.noprefix", "true"],
    ["diff.mnemonicPrefix", "true"],
    ["color.ui", "always"],
    ["color.diff", "always"],
    ["diff.renames", "copies"],
    ["diff.context", "0"],
    ["diff.algorithm", "histogram"],
    ["diff.wsErrorHighlight", "all"],
    ["diff.relative", "true"],
    ["diff.orderFile", "order"],
    ["apply.whitespace", "fix"],
    ["apply.ignoreWhitespace", "change"],
    ["core.abbrev", "4"],
    ["core.quotePath", "true"],
    ["core.whitespace", "cr-at-eol,tabwidth=3"],
    ["commit.gpgSign", "true"],
    ["gpg.program", "/nonexistent"],
    ["core.splitIndex", "true"],
    ["index.version", "4"],
    ["feature.manyFiles", "true"],
    ["core.ignoreStat", "true"],
    ["core.checkStat", "minimal"],
    ["core.untrackedCache", "true"],
  ],
  "core.autocrlf": [["core.autocrlf", "true"]],
};

async function roundTrip(
  name: string,
  pairs: readonly (readonly [string, string])[],
  chosen: readonly Case[],
) {
  const committed = Object.assign({ "a.txt": "one\n" }, ...chosen.map((one) => one.committed ?? {}));
  const fixture = Fixture.withCommit(committed);
  for (const [key, value] of pairs) fixture.git("config", key, value);
  for (const { before } of chosen) before?.(fixture);
  const start = stateOf(fixture.root);
  const delegated = await delegate(fixture, { includeUntracked: true });
  for (const { edit } of chosen) edit(delegated.tree);
  const captured = await delegated.capture();
  expect(captured.omitted).toEqual([]);
  expect(captured.bytes).toBeGreaterThan(0);
  expect(stateOf(fixture.root)).toEqual(start);
  expect(await applies(fixture, delegated, captured)).toBe(true);
  const { journal, at } = await apply(fixture, delegated, captured);
  // Git writes other ends of lines there than were in the person's files.
  if (name === "core.autocrlf")
    expect(Object.keys(filesOf(fixture.root))).toEqual(Object.keys(filesOf(delegated.tree)));
  else expect(filesOf(fixture.root)).toEqual(filesOf(delegated.tree));
  if (journal === undefined) throw new Error("nothing was applied");
  await undo(at, journal);
  expect(stateOf(fixture.root)).toEqual(start);
}

/** Cases that can be one change. */
const together = [
  "text",
  "a new file",
  "rename with a change",
  "a new link",
  "changed binary",
  "CRLF files",
  "latin-1",
  "lines that look like a patch",
  "what looks like a secret",
];

describe("the patch of a delegated work tree", () => {
  for (const [name, one] of Object.entries(cases)) {
    verifies("delegate.patch", `applies and is taken back: ${name}`, async () => roundTrip("", [], [one]));
  }

  for (const [name, pairs] of Object.entries(settings)) {
    verifies("delegate.patch", `applies and is taken back with ${name}`, async () =>
      roundTrip(
        name,
        pairs,
        Object.entries(cases).flatMap(([key, one]) => (together.includes(key) ? [one] : [])),
      ),
    );
  }

  verifies("delegate.patch", "holds names of any bytes", async () => {
    const byte = integer({ min: 1, max: 255 }).filter((code) => code !== 0x2f);
    const part = array(byte, { minLength: 1, maxLength: 12 })
      .map((bytes) => Buffer.from(bytes).toString("latin1"))
      .filter((name) => name !== "." && name !== ".." && !/^\.git/i.test(name));
    const names = uniqueArray(part, {
      minLength: 1,
      maxLength: 6,
      selector: (name) => name.toLowerCase(),
    });
    await assert(
      asyncProperty(names, names, async (committed, added) => {
        const fixture = Fixture.withCommit({ "a.txt": "one\n" });
        const put = (folder: string, name: string, text: string) =>
          writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, "latin1")]), text);
        for (const name of committed) put(fixture.root, name, `${name.length}\n`);
        fixture.git("add", "--all");
        fixture.git("commit", "--quiet", "--message=names");
        const delegated = await delegate(fixture);
        for (const name of committed) put(delegated.tree, name, "changed\n");
        mkdirSync(join(delegated.tree, "added"));
        for (const name of added) put(join(delegated.tree, "added"), name, "added\n");
        const odd = Buffer.concat([Buffer.from(`${delegated.tree}/`), Buffer.from("caf\xe9", "latin1")]);
        mkdirSync(odd);
        writeFileSync(Buffer.concat([odd, Buffer.from("/inside")]), "inside\n");
        const captured = await delegated.capture();
        expect(await applies(fixture, delegated, captured)).toBe(true);
        const start = stateOf(fixture.root);
        const { journal, at } = await apply(fixture, delegated, captured);
        expect(filesOf(fixture.root)).toEqual(filesOf(delegated.tree));
        if (journal !== undefined) await undo(at, journal);
        expect(stateOf(fixture.root)).toEqual(start);
      }),
      caseCount(15),
    );
  });

  verifies("delegate.omitted", "names what it leaves out", async () => {
    const fixture = Fixture.withCommit({ "a.txt": "one\n", ".gitignore": "out/\n*.log\n" });
    const delegated = await delegate(fixture);
    shell(
      delegated.tree,
      "mkdir out nested; echo x > out/x; echo y > y.log; cd nested; git init -q; echo n > n; git add n; git -c user.name=C -c user.email=c@example.org commit -qm n",
    );
    mkdirSync(join(delegated.tree, "unborn"));
    shell(join(delegated.tree, "unborn"), "git init -q; echo n > n");
    writeFileSync(join(delegated.tree, "a.txt"), "two\n");
    const captured = await delegated.capture();
    expect(captured.files.map(({ path }) => path)).toEqual(["a.txt"]);
    expect(captured.omitted).toEqual([
      { path: "nested/", reason: "an untracked git repository" },
      { path: "unborn/", reason: "an untracked git repository" },
      { path: "out/", reason: "ignored by git" },
      { path: "y.log", reason: "ignored by git" },
    ]);
    expect(readFileSync(delegated.patch, "utf8")).not.toContain("nested");
  });

  verifies("delegate.patch", "holds what lies in folders without rights", async () => {
    const fixture = Fixture.withCommit({ "d/a.txt": "one\n" });
    const delegated = await delegate(fixture);
    const { tree } = delegated;
    writeFileSync(join(tree, "d/a.txt"), "two\n");
    mkdirSync(join(tree, "e/deep"), { recursive: true });
    writeFileSync(join(tree, "e/deep/n.txt"), "n\n");
    for (const folder of ["e/deep", "e", "d"]) chmodSync(join(tree, folder), 0);
    expect((await delegated.capture()).files.map(({ path }) => path)).toEqual(["d/a.txt", "e/deep/n.txt"]);
    // Whoever may read everything would find them anyway.
    for (const folder of ["d", "e", "e/deep"]) expect(statSync(join(tree, folder)).mode & 0o700).toBe(0o700);
  });

  verifies("delegate.omitted", "names submodules in which something was written", async () => {
    const inner = Fixture.withCommit({ "inside.txt": "inside\n" });
    const fixture = Fixture.withCommit({ "a.txt": "one\n" });
    for (const name of ["kept", "files", "repository", "file"]) {
      fixture.git("submodule", "add", "--quiet", inner.root, name);
    }
    fixture.commit();
    const delegated = await delegate(fixture);
    shell(
      delegated.tree,
      "echo x > files/x; cd repository; git init -q; echo n > n; git add n; git -c user.name=C -c user.email=c@example.org commit -qm n; cd ..; rmdir file; echo f > file",
    );
    const captured = await delegated.capture();
    expect(captured.files).toEqual([]);
    const reason = "it is in a submodule, of which there are no files here";
    expect(captured.omitted).toEqual(["file", "files", "repository"].map((path) => ({ path, reason })));
  });
});
