import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Change } from "../../src/workspace/changes.ts";
import { verifies } from "../support/requirements.ts";
import { Fixture, gather, patchOf } from "./support.ts";

const facts = ({ path, oldPath, status, kind }: Change): string =>
  [status, kind, ...(oldPath === undefined ? [] : [oldPath]), path].join(" ");

verifies(
  "workspace.changes",
  "additions, edits, deletions, renames, links and mode changes are told apart in every scope",
  async () => {
    const long = "1\n2\n3\n4\n5\n6\n";
    const fixture = Fixture.withCommit({
      "deleted.txt": "x\n",
      "edited.txt": "x\n",
      "moved.txt": long,
      "turned.txt": "x\n",
      "mode.sh": "x\n",
      "same.txt": "x\n",
    });
    symlinkSync("same.txt", join(fixture.root, "link"));
    fixture.commit();
    fixture.git("checkout", "--quiet", "-b", "topic");
    fixture.git("rm", "--quiet", "deleted.txt");
    fixture.git("mv", "moved.txt", "moved away.txt");
    fixture.write({
      "edited.txt": "y\n",
      "moved away.txt": `${long}7\n`,
      "added.txt": "something new\n",
      "data.bin": Buffer.of(0, 1),
    });
    rmSync(join(fixture.root, "turned.txt"));
    symlinkSync("same.txt", join(fixture.root, "turned.txt"));
    rmSync(join(fixture.root, "link"));
    symlinkSync("edited.txt", join(fixture.root, "link"));
    chmodSync(join(fixture.root, "mode.sh"), 0o755);
    const expected = [
      "added file added.txt",
      "added file data.bin",
      "deleted file deleted.txt",
      "modified file edited.txt",
      "modified symlink link",
      "modified file mode.sh",
      "renamed file moved.txt moved away.txt",
      "typechange symlink turned.txt",
    ];
    fixture.git("add", "--all");
    for (const scope of ["working-tree", "staged"] as const) {
      expect((await gather(fixture, { scope })).changes.map(facts), scope).toEqual(expected);
    }
    fixture.commit();
    for (const request of [{ scope: "branch" }, { scope: "commit", commit: "HEAD" }] as const) {
      const { changes, diff } = await gather(fixture, request);
      expect(changes.map(facts), request.scope).toEqual(expected);
      expect(diff.files.map(({ change, isBinary }) => [change.path, isBinary])).toContainEqual([
        "data.bin",
        true,
      ]);
      expect(diff.files.every(({ text }) => text !== undefined)).toBe(true);
    }
  },
);

verifies(
  "workspace.changes",
  "untracked files have sizes, ignored ones are absent, and a nested repository is not entered",
  async () => {
    const fixture = Fixture.withCommit({ ".gitignore": "*.log\nbuild/\n" });
    fixture.write({
      "a.log": "x",
      "build/b": "x",
      "new/deep/c.txt": "12345",
      "nested/d.txt": "x",
      "empty.txt": "",
    });
    symlinkSync("a.log", join(fixture.root, "link"));
    const nested = new Fixture(join(fixture.root, "nested"));
    nested.git("init", "--quiet");
    nested.commit();
    const { changes, diff } = await gather(fixture);
    expect(changes.map((change) => [facts(change), change.bytes])).toEqual([
      ["untracked file empty.txt", 0],
      ["untracked symlink link", 5],
      ["untracked repository nested/", undefined],
      ["untracked file new/deep/c.txt", 5],
    ]);
    expect(diff.files.map(({ omitted }) => omitted)).toEqual([
      undefined,
      undefined,
      "a git repository of its own",
      undefined,
    ]);
  },
);

verifies(
  "workspace.changes",
  "a submodule's new commit is listed, its inner changes are not looked at",
  async () => {
    const [fixture, library] = [Fixture.withCommit(), Fixture.withCommit()];
    fixture.git("submodule", "--quiet", "add", library.root, "sub");
    fixture.commit();
    const inner = new Fixture(join(fixture.root, "sub"));
    inner.write({ "a.txt": "dirty\n", "new.txt": "x\n" });
    expect((await gather(fixture, { scope: "working-tree" })).changes).toEqual([]);
    const id = inner.commit();
    const gathered = await gather(fixture);
    expect(gathered.changes.map(facts)).toEqual(["modified submodule sub"]);
    expect(patchOf(gathered, "sub")).toContain(`+Subproject commit ${id}\n`);
    expect(gathered.diff.files[0]?.omitted).toBe("a submodule: only its commit ids are shown");
  },
);

verifies(
  "workspace.changes",
  "an unresolved conflict is listed, shown with its markers in the work tree, and its name imitates no other file",
  async () => {
    const imitation = "b\ndiff --git a/a.txt b/a.txt\n";
    const fixture = Fixture.withCommit({ "a.txt": "one\n", [imitation]: "one\n" });
    fixture.git("checkout", "--quiet", "-b", "topic");
    fixture.commit({ [imitation]: "theirs\n" });
    fixture.git("checkout", "--quiet", "main");
    fixture.commit({ [imitation]: "ours\n" });
    expect(() => fixture.git("merge", "topic")).toThrow();
    fixture.write({ "a.txt": "two\n" });
    fixture.git("add", "a.txt");
    const worktree = await gather(fixture);
    const quoted = '"b\\ndiff --git a/a.txt b/a.txt\\n"';
    expect(worktree.changes.map(facts)).toEqual(["modified file a.txt", `modified file ${quoted}`]);
    expect(patchOf(worktree, quoted)).toContain("+<<<<<<< HEAD");
    const staged = await gather(fixture, { scope: "staged" });
    expect(staged.changes.map(facts)).toEqual(["modified file a.txt", `unmerged file ${quoted}`]);
    expect(staged.diff.files[0]).toMatchObject({ insertions: 1, deletions: 1 });
    expect(patchOf(staged, "a.txt")).toMatch(/^diff --git a\/a.txt b\/a.txt\nindex [^*]*\+two\n$/);
    expect(staged.diff.files[1]).toMatchObject({ omitted: "a conflict that is not resolved", bytes: 0 });
  },
);

verifies(
  "workspace.changes",
  "a text that holds NUL far from its start adds nothing to the list and is shown as it is",
  async () => {
    const text = Buffer.concat([Buffer.alloc(9_000, "x\n"), Buffer.from(":100644 100644 a b M\0other\0\n")]);
    const fixture = Fixture.withCommit({ "a.txt": text });
    fixture.write({ "a.txt": Buffer.concat([text, Buffer.from("y\0\n")]), "b.txt": text });
    const { changes, diff } = await gather(fixture);
    expect(changes.map(facts)).toEqual(["modified file a.txt", "untracked file b.txt"]);
    expect(diff.files[0]?.text?.includes("\n+y\0\n")).toBe(true);
    expect(diff.files[1]).toMatchObject({ isBinary: false, insertions: 4_501 });
  },
);

verifies(
  "workspace.changes",
  "staged changes that the work tree took back are staged, and no uncommitted change in sum",
  async () => {
    const fixture = Fixture.withCommit();
    fixture.write({ "a.txt": "staged\n" });
    fixture.git("add", "a.txt");
    fixture.write({ "a.txt": "one\n" });
    expect((await gather(fixture, { scope: "staged" })).changes.map(facts)).toEqual(["modified file a.txt"]);
    expect((await gather(fixture, { scope: "working-tree" })).changes).toEqual([]);
  },
);

verifies(
  "workspace.names",
  "files with spaces, tabs, line ends, quotes and bytes outside of UTF-8 are gathered in every state",
  async () => {
    const names = [
      Buffer.from(" a b "),
      Buffer.from("tab\there"),
      Buffer.from("line\nend"),
      Buffer.from("cr\rlf\r\n"),
      Buffer.from('quote"d'),
      Buffer.from("back\\slash"),
      Buffer.from("b/a b/b"),
      Buffer.from("diff --git a/x b/x"),
      Buffer.from("+++ b/x"),
      Buffer.from([0x63, 0x61, 0x66, 0xe9]),
      Buffer.from("日本語"),
      Buffer.from("*[a-z]?"),
    ];
    const fixture = Fixture.withCommit();
    fixture.write({ "b/keep": "x\n" });
    const file = (name: Buffer): Buffer => Buffer.concat([Buffer.from(`${fixture.root}/`), name]);
    mkdirSync(join(fixture.root, "b/a b"));
    mkdirSync(join(fixture.root, "diff --git a/x b"), { recursive: true });
    mkdirSync(join(fixture.root, "+++ b"));
    fixture.commit();
    const content = Buffer.from("1\n2\n3\n4\n5\n");
    for (const name of names) writeFileSync(file(name), content);
    const sorted = (changes: readonly Change[]): Buffer[] =>
      changes.map(({ name }) => name).sort((one, other) => Buffer.compare(one, other));
    const expected = [...names].sort((one, other) => Buffer.compare(one, other));
    const untracked = await gather(fixture);
    expect(sorted(untracked.changes)).toEqual(expected);
    fixture.git("add", "--all");
    const added = await gather(fixture);
    expect(sorted(added.changes)).toEqual(expected);
    for (const { diff } of [untracked, added]) {
      expect(diff.files.map(({ insertions, omitted }) => [insertions, omitted])).toEqual(
        names.map(() => [5, undefined]),
      );
    }
    fixture.commit();
    for (const name of names) writeFileSync(file(name), Buffer.concat([content, Buffer.from("6\n")]));
    const modified = await gather(fixture);
    expect(sorted(modified.changes)).toEqual(expected);
    expect(modified.diff.files.map(({ changedLines }) => changedLines)).toEqual(
      names.map(() => [{ start: 3, end: 6 }]),
    );
    for (const name of names) writeFileSync(file(Buffer.concat([name, Buffer.from("2")])), content);
    for (const name of names) rmSync(file(name));
    fixture.git("add", "--all");
    const renamed = await gather(fixture, { scope: "staged" });
    expect(renamed.changes.map(({ status }) => status)).toEqual(names.map(() => "renamed"));
    expect(renamed.diff.files.every(({ text }) => text?.includes("rename from ") === true)).toBe(true);
  },
);
