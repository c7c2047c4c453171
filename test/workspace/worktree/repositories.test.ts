import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { openRepository } from "../../../src/workspace/repository.ts";
import { readSeed } from "../../../src/workspace/worktree/seed.ts";
import { stateOf } from "../../integration/delegate/support.ts";
import { verifies } from "../../support/requirements.ts";
import { Fixture, makeFolder, makeWorld, writeScript } from "../support.ts";
import { applies, apply, delegate, filesOf, shell } from "./support.ts";

/** Delegates, changes `name` as Codex would, and applies that. Nothing of the person's changes before the last step. */
async function roundTrip(fixture: Fixture, name: string): Promise<readonly string[]> {
  const before = stateOf(fixture.root);
  const delegated = await delegate(fixture);
  writeFileSync(join(delegated.tree, name), "by codex\n");
  const captured = await delegated.capture();
  expect(captured.files.map(({ path }) => path)).toEqual([name]);
  expect(stateOf(fixture.root)).toEqual(before);
  expect(await applies(fixture, delegated, captured)).toBe(true);
  await apply(fixture, delegated, captured);
  expect(readFileSync(join(fixture.root, name), "utf8")).toBe("by codex\n");
  return delegated.warnings;
}

/** A program named git that takes every repository for another owner's, as git itself can be told for its own tests. */
function foreignGit(): string {
  const folder = makeFolder();
  const real = execFileSync("/bin/sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  writeScript(join(folder, "git"), `GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec '${real}' "$@"`);
  return `${folder}:${process.env["PATH"] ?? ""}`;
}

describe("a repository of another owner", () => {
  class ForeignFixture extends Fixture {
    readonly #path = foreignGit();
    override open() {
      return openRepository(this.root, makeWorld(this.home, { PATH: this.#path }));
    }
  }

  verifies("delegate.repositories", "is refused with what to do, in git's own words", async () => {
    const fixture = new ForeignFixture(Fixture.withCommit().root);
    await expect(delegate(fixture)).rejects.toMatchObject({ report: { kind: "not_a_git_repo" } });
    await expect(delegate(fixture)).rejects.toThrow(/dubious ownership[^]*safe\.directory/);
  });

  verifies("delegate.repositories", "works when the person has marked it as safe", async () => {
    const fixture = new ForeignFixture(Fixture.withCommit().root);
    writeFileSync(join(fixture.home, ".gitconfig"), `[safe]\n\tdirectory = ${fixture.root}\n`);
    await roundTrip(fixture, "a.txt");
  });
});

describe("a repository with large files elsewhere (LFS)", () => {
  const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n";
  const content = "the large thing\n";

  /** As after a clone with git-lfs: pointers are stored, contents lie in the work tree. The program is told apart from git-lfs by nothing. */
  function withLargeFile(): Fixture {
    const fixture = Fixture.withCommit({ "a.txt": "one\n", ".gitattributes": "*.big filter=lfs -text\n" });
    const program = join(makeFolder(), "lfs");
    const [stored, large] = [join(makeFolder(), "stored"), join(makeFolder(), "large")];
    writeFileSync(stored, pointer);
    writeFileSync(large, content);
    writeScript(program, `cat > /dev/null; [ "$1" = clean ] && exec cat '${stored}'; exec cat '${large}'`);
    fixture.git("config", "filter.lfs.clean", `${program} clean`);
    fixture.git("config", "filter.lfs.smudge", `${program} smudge`);
    fixture.git("config", "filter.lfs.required", "true");
    fixture.write({ "x.big": content });
    // Git looks again at what is as young as its index.
    shell(fixture.root, "touch -d '1 hour ago' x.big a.txt .gitattributes");
    fixture.commit();
    expect(fixture.git("cat-file", "blob", "HEAD:x.big")).toBe(pointer.trimEnd());
    return fixture;
  }

  verifies("delegate.repositories", "works, with pointers in place of the files", async () => {
    const fixture = withLargeFile();
    const delegated = await delegate(fixture);
    expect(readFileSync(join(delegated.tree, "x.big"), "utf8")).toBe(pointer);
    expect(delegated.warnings.join("\n")).toContain("1 files pass through git filters (lfs)");
    expect(await roundTrip(fixture, "a.txt")).toHaveLength(1);
    expect(readFileSync(join(fixture.root, "x.big"), "utf8")).toBe(content);
  });

  verifies("delegate.repositories", "says what it cannot take out of the work tree", async () => {
    const fixture = withLargeFile();
    const delegated = await delegate(fixture);
    writeFileSync(join(delegated.tree, "x.big"), "not a pointer\n");
    const captured = await delegated.capture();
    expect(captured.omitted).toEqual([
      { path: "x.big", reason: "passes through the git filter lfs, which is not run" },
    ]);
  });

  verifies(
    "delegate.repositories",
    "is refused while such a file is changed, and works once that is staged",
    async () => {
      const fixture = withLargeFile();
      fixture.write({ "x.big": "changed, and much longer than it was\n" });
      const failure = delegate(fixture);
      await expect(failure).rejects.toMatchObject({ report: { kind: "input_unreadable" } });
      await expect(failure).rejects.toThrow(/x\.big[^]*git filter lfs/);
      writeFileSync(join(fixture.root, ".gitattributes"), "*.big filter=lfs -text\n# more\n");
      shell(fixture.root, "touch -d '1 hour ago' x.big");
      fixture.git("config", "filter.lfs.clean", "tr a-z A-Z");
      fixture.git("add", "x.big");
      const delegated = await delegate(fixture);
      expect(readFileSync(join(delegated.tree, "x.big"), "utf8")).toBe(
        "CHANGED, AND MUCH LONGER THAN IT WAS\n",
      );
    },
  );
});

describe("a clone without all objects", () => {
  function source(): Fixture {
    const fixture = Fixture.withCommit({ "in/a.txt": "old\n", "out/b.txt": "b\n", "top.txt": "t\n" });
    fixture.commit({ "in/a.txt": "one\n" });
    fixture.git("config", "uploadpack.allowFilter", "true");
    return fixture;
  }

  /** A clone whose origin is not there any more: whatever would be fetched fails. */
  function cloneOf(origin: Fixture, ...words: readonly string[]): Fixture {
    const folder = join(makeFolder(), "clone");
    origin.git("clone", "--quiet", ...words, `file://${origin.root}`, folder);
    renameSync(origin.root, `${origin.root}.away`);
    return new Fixture(folder);
  }

  verifies("delegate.repositories", "works when old contents are missing (partial clone)", async () => {
    const fixture = cloneOf(source(), "--filter=blob:none");
    expect(() => fixture.git("cat-file", "-e", "HEAD~1:in/a.txt")).toThrow();
    await roundTrip(fixture, "in/a.txt");
  });

  verifies(
    "delegate.repositories",
    "works when files outside of the sparse checkout are missing",
    async () => {
      const origin = source();
      const folder = join(makeFolder(), "clone");
      origin.git("clone", "--quiet", "--filter=blob:none", "--sparse", `file://${origin.root}`, folder);
      const fixture = new Fixture(folder);
      fixture.git("sparse-checkout", "set", "in");
      renameSync(origin.root, `${origin.root}.away`);
      expect(() => fixture.git("cat-file", "-e", "HEAD:out/b.txt")).toThrow();
      const delegated = await delegate(fixture);
      expect(filesOf(delegated.tree)).toEqual(filesOf(fixture.root));
      await roundTrip(fixture, "in/a.txt");
      expect(existsSync(join(fixture.root, "out"))).toBe(false);
    },
  );

  verifies("delegate.repositories", "works when history is missing (shallow clone)", async () => {
    const fixture = cloneOf(source(), "--depth=1");
    const { tree } = await delegate(fixture);
    expect(shell(tree, "git log --format=%s; git status --porcelain")).toBe("change\n");
    await roundTrip(fixture, "in/a.txt");
  });
});

describe("a work tree inside of another", () => {
  verifies("delegate.repositories", "of an agent works, and so does the one around it", async () => {
    const main = Fixture.withCommit({ "a.txt": "one\n" });
    const inside = join(main.root, ".claude/worktrees/agent");
    mkdirSync(join(main.root, ".claude/worktrees"), { recursive: true });
    main.git("worktree", "add", "--quiet", "-b", "agent", inside);
    const agent = new Fixture(inside);
    agent.write({ "a.txt": "the agent's\n" });
    await roundTrip(agent, "a.txt");
    expect(readFileSync(join(main.root, "a.txt"), "utf8")).toBe("one\n");
    const around = await delegate(main, { includeUntracked: true });
    expect(around.warnings.join("\n")).toContain(".claude/worktrees/agent/ is not in Codex's work tree");
    await roundTrip(main, "a.txt");
  });
});

describe("a repository in the middle of something", () => {
  verifies("delegate.repositories", "with a detached HEAD works", async () => {
    const fixture = Fixture.withCommit({ "a.txt": "one\n" });
    fixture.git("checkout", "--quiet", "--detach");
    await roundTrip(fixture, "a.txt");
  });

  verifies("delegate.repositories", "with a conflict is delegated with its markers", async () => {
    const fixture = Fixture.withCommit({ "a.txt": "one\n", "b.txt": "b\n" });
    fixture.git("checkout", "--quiet", "-b", "other");
    fixture.commit({ "a.txt": "theirs\n" });
    fixture.git("checkout", "--quiet", "main");
    fixture.commit({ "a.txt": "mine\n" });
    expect(() => fixture.git("merge", "other")).toThrow();
    const conflicted = readFileSync(join(fixture.root, "a.txt"), "utf8");
    expect(conflicted).toContain("<<<<<<<");
    const delegated = await delegate(fixture);
    expect(readFileSync(join(delegated.tree, "a.txt"), "utf8")).toBe(conflicted);
    await roundTrip(fixture, "b.txt");
  });

  verifies(
    "delegate.repositories",
    "with renamed, deleted and intended files is delegated as it is",
    async () => {
      const fixture = Fixture.withCommit({ "old.txt": "old\n", "gone.txt": "g\n", "unstaged.txt": "u\n" });
      fixture.git("mv", "old.txt", "new.txt");
      fixture.git("rm", "--quiet", "gone.txt");
      fixture.write({ "intended.txt": "intended\n" });
      fixture.git("add", "--intent-to-add", "intended.txt");
      shell(fixture.root, "rm unstaged.txt");
      const delegated = await delegate(fixture);
      expect(filesOf(delegated.tree)).toEqual(filesOf(fixture.root));
      expect((await readSeed(await fixture.open(), false)).warnings).toEqual([]);
      await roundTrip(fixture, "new.txt");
    },
  );
});
