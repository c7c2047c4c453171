import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { stateOf } from "../../integration/delegate/support.ts";
import { verifies } from "../../support/requirements.ts";
import { Fixture, makeFolder, writeScript } from "../support.ts";
import { applies, apply, delegate, filesOf, shell } from "./support.ts";

describe("a delegated work tree", () => {
  verifies(
    "delegate.seed",
    "starts nothing that the repository configures, and writes nothing there",
    async () => {
      const canaries = makeFolder();
      const programs = makeFolder();
      const evil = (name: string) => {
        writeScript(join(programs, name), `touch '${join(canaries, name)}'; cat`);
        return join(programs, name);
      };
      const fixture = Fixture.withCommit({
        "a.txt": "one\n",
        ".gitattributes": "*.f filter=evil\n*.txt diff=evil\n",
      });
      fixture.git("stash", "list");
      fixture.write({ "a.txt": "two\n" });
      fixture.git("stash");
      fixture.write({ "a.txt": "three\n" });
      const hooks = join(programs, "hooks");
      for (const hook of [
        "pre-commit",
        "post-checkout",
        "post-index-change",
        "reference-transaction",
        "commit-msg",
      ]) {
        writeScript(join(hooks, hook), `touch '${join(canaries, hook)}'`);
      }
      const pairs = [
        ["core.hooksPath", hooks],
        ["core.fsmonitor", evil("fsmonitor")],
        ["core.pager", evil("pager")],
        ["filter.evil.clean", evil("clean")],
        ["filter.evil.smudge", evil("smudge")],
        ["filter.evil.process", evil("process")],
        ["diff.evil.textconv", evil("textconv")],
        ["diff.evil.command", evil("command")],
        ["diff.external", evil("external")],
        ["gpg.program", evil("gpg")],
        ["commit.gpgSign", "true"],
        ["core.editor", evil("editor")],
        ["core.sshCommand", evil("ssh")],
        ["core.alternateRefsCommand", evil("alternates")],
      ] as const;
      for (const [key, value] of pairs) fixture.git("config", key, value);
      const before = stateOf(fixture.root);
      const delegated = await delegate(fixture);
      writeFileSync(join(delegated.tree, "a.txt"), "four\n");
      writeFileSync(join(delegated.tree, "new.f"), "filtered\n");
      const captured = await delegated.capture();
      expect(captured.omitted).toEqual([
        { path: "new.f", reason: "passes through the git filter evil, which is not run" },
      ]);
      await applies(fixture, delegated, captured);
      expect(stateOf(fixture.root)).toEqual(before);
      await apply(fixture, delegated, captured);
      expect(readFileSync(join(fixture.root, "a.txt"), "utf8")).toBe("four\n");
      expect(readdirSync(canaries)).toEqual([]);
      // What Codex's own git would read there names none of it.
      expect(readFileSync(join(delegated.tree, ".git/config"), "utf8")).not.toContain(programs);
      expect(existsSync(join(delegated.tree, ".git/hooks"))).toBe(false);
    },
  );

  verifies(
    "delegate.seed",
    "shows history and branches, and shares no file with the person's repository",
    async () => {
      const fixture = Fixture.withCommit({ "a.txt": "one\n" });
      fixture.git("branch", "other");
      fixture.git("tag", "v1");
      fixture.write({ "a.txt": "two\n" });
      const { tree, record } = await delegate(fixture);
      expect(shell(tree, "git status --porcelain; git branch -a; git tag; git log --format=%s")).toBe(
        "* main\n  other\nv1\nUncommitted work, as it was when it was delegated\nchange\n",
      );
      expect(record.head).toBe(fixture.id("HEAD"));
      shell(tree, "git update-ref refs/heads/other HEAD; git stash list; git gc -q; git checkout -q -b mine");
      expect(fixture.git("branch", "--list")).toBe("* main\n  other");
      expect(fixture.id("other")).toBe(record.head);
    },
  );

  verifies(
    "delegate.seed",
    "of a linked worktree holds its files, and of a folder inside it as well",
    async () => {
      const main = Fixture.withCommit({ "a.txt": "one\n", "deep/b.txt": "b\n" });
      const linked = join(makeFolder(), "linked");
      main.git("worktree", "add", "--quiet", "-b", "topic", linked);
      const fixture = new Fixture(linked);
      fixture.write({ "deep/b.txt": "changed\n" });
      const before = [stateOf(main.root), stateOf(linked)];
      const delegated = await delegate(fixture, { cwd: join(linked, "deep") });
      expect(delegated.record.folder).toBe("deep");
      expect(readFileSync(join(delegated.tree, "deep/b.txt"), "utf8")).toBe("changed\n");
      writeFileSync(join(delegated.tree, "deep/b.txt"), "by codex\n");
      const captured = await delegated.capture();
      expect([stateOf(main.root), stateOf(linked)]).toEqual(before);
      await apply(fixture, delegated, captured);
      expect(readFileSync(join(linked, "deep/b.txt"), "utf8")).toBe("by codex\n");
      expect(main.git("worktree", "list").split("\n")).toHaveLength(2);
    },
  );

  verifies("delegate.seed", "counts what is set for one work tree alone", async () => {
    const main = Fixture.withCommit({ "a.txt": "one\n" });
    const linked = join(makeFolder(), "linked");
    main.git("worktree", "add", "--quiet", "-b", "topic", linked);
    const fixture = new Fixture(linked);
    fixture.git("config", "extensions.worktreeConfig", "true");
    fixture.git("config", "--worktree", "core.autocrlf", "true");
    rmSync(join(linked, "a.txt"));
    fixture.git("checkout", "a.txt");
    expect(readFileSync(join(linked, "a.txt"), "utf8")).toBe("one\r\n");
    const delegated = await delegate(fixture);
    expect(readFileSync(join(delegated.tree, "a.txt"), "utf8")).toBe("one\r\n");
    expect(shell(delegated.tree, "git status --porcelain")).toBe("");
  });

  verifies("delegate.seed", "has submodules as empty folders, and says so", async () => {
    const inner = Fixture.withCommit({ "inside.txt": "inside\n" });
    const fixture = Fixture.withCommit({ "a.txt": "one\n" });
    fixture.git("submodule", "add", "--quiet", inner.root, "sub");
    fixture.commit();
    writeFileSync(join(fixture.root, "sub/inside.txt"), "dirty\n");
    const before = stateOf(fixture.root);
    const delegated = await delegate(fixture);
    expect(delegated.warnings.join("\n")).toContain("Submodules (1) are empty folders");
    writeFileSync(join(delegated.tree, "a.txt"), "two\n");
    const captured = await delegated.capture();
    expect(captured.files.map(({ path }) => path)).toEqual(["a.txt"]);
    expect(stateOf(fixture.root)).toEqual(before);
    expect(await applies(fixture, delegated, captured)).toBe(true);
  });

  verifies("delegate.seed", "leaves out what a sparse checkout leaves out", async () => {
    const fixture = Fixture.withCommit({ "a.txt": "one\n", "in/b.txt": "b\n", "out/c.txt": "c\n" });
    fixture.git("sparse-checkout", "set", "in");
    const before = stateOf(fixture.root);
    const delegated = await delegate(fixture);
    expect(filesOf(delegated.tree)).toEqual(filesOf(fixture.root));
    writeFileSync(join(delegated.tree, "in/b.txt"), "changed\n");
    const captured = await delegated.capture();
    expect(captured.files.map(({ path }) => path)).toEqual(["in/b.txt"]);
    expect(stateOf(fixture.root)).toEqual(before);
    await apply(fixture, delegated, captured);
    expect(filesOf(fixture.root)).toEqual(filesOf(delegated.tree));
  });

  verifies("delegate.seed", "of a repository with another hash function is as exact", async () => {
    const fixture = Fixture.empty("--object-format=sha256");
    fixture.commit({ "a.txt": "one\n" });
    fixture.write({ "a.txt": "two\n" });
    const delegated = await delegate(fixture);
    expect(shell(delegated.tree, "git status --porcelain")).toBe("");
    writeFileSync(join(delegated.tree, "a.txt"), "three\n");
    const captured = await delegated.capture();
    await apply(fixture, delegated, captured);
    expect(readFileSync(join(fixture.root, "a.txt"), "utf8")).toBe("three\n");
  });

  verifies("delegate.seed", "links ignored folders, which are no part of the patch", async () => {
    const fixture = Fixture.withCommit({ "a.txt": "one\n", ".gitignore": "node_modules/\n" });
    mkdirSync(join(fixture.root, "node_modules"));
    writeFileSync(join(fixture.root, "node_modules/x.js"), "x\n");
    mkdirSync(join(fixture.root, "known"));
    fixture.commit({ "known/k.txt": "k\n" });
    const delegated = await delegate(fixture, { links: ["node_modules", "known", "missing"] });
    expect(delegated.record.links).toEqual(["node_modules"]);
    expect(readFileSync(join(delegated.tree, "node_modules/x.js"), "utf8")).toBe("x\n");
    expect(shell(delegated.tree, "git status --porcelain")).toBe("");
    writeFileSync(join(delegated.tree, "a.txt"), "two\n");
    const captured = await delegated.capture();
    expect(captured.files.map(({ path }) => path)).toEqual(["a.txt"]);
    expect(captured.omitted).toEqual([]);
  });

  verifies(
    "delegate.refused",
    "is not made when a file cannot be read, and nothing of it is left to apply",
    async () => {
      const fixture = Fixture.withCommit({ "a.txt": "one\n" });
      fixture.write({ "b.txt": "b\n" });
      fixture.git("add", "b.txt");
      execFileSync("rm", [join(fixture.root, "b.txt")]);
      execFileSync("mkfifo", [join(fixture.root, "b.txt")]);
      chmodSync(join(fixture.root, "b.txt"), 0o600);
      symlinkSync("nowhere", join(fixture.root, "dangling"));
      await expect(delegate(fixture)).rejects.toMatchObject({ report: { kind: "input_unreadable" } });
    },
  );
});
