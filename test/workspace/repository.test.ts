import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { openRepository } from "../../src/workspace/repository.ts";
import { verifies } from "../support/requirements.ts";
import { Fixture, makeFolder, makeWorld } from "./support.ts";

verifies("workspace.repository", "a sub-folder and a link to it open the work tree around them", async () => {
  const fixture = Fixture.withCommit({ "deep/er/a.txt": "one\n" });
  const link = join(makeFolder(), "link");
  symlinkSync(join(fixture.root, "deep"), link);
  for (const folder of [fixture.root, join(fixture.root, "deep/er"), join(link, "er")]) {
    expect(await openRepository(folder, makeWorld(fixture.home))).toMatchObject({
      root: fixture.root,
      gitDirectory: join(fixture.root, ".git"),
      isLinkedWorktree: false,
      isShallow: false,
      head: { kind: "branch", branch: "main", commit: fixture.id("HEAD") },
    });
  }
});

verifies("workspace.repository", "branch, detached and unborn HEAD are told apart", async () => {
  const fixture = Fixture.empty();
  expect((await fixture.open()).head).toEqual({ kind: "unborn", branch: "main" });
  const commit = fixture.commit({ "a.txt": "one\n" });
  fixture.git("checkout", "--quiet", "-b", "topic/ü");
  expect((await fixture.open()).head).toEqual({ kind: "branch", branch: "topic/ü", commit });
  fixture.git("checkout", "--quiet", "--detach");
  expect((await fixture.open()).head).toEqual({ kind: "detached", commit });
});

verifies(
  "workspace.repository",
  "a linked worktree has its own git folder and shares the common one",
  async () => {
    const fixture = Fixture.withCommit();
    const folder = join(makeFolder(), "linked");
    fixture.git("worktree", "add", "--quiet", "-b", "side", folder);
    expect(await openRepository(folder, makeWorld(fixture.home))).toMatchObject({
      root: folder,
      gitDirectory: join(fixture.root, ".git/worktrees/linked"),
      commonDirectory: join(fixture.root, ".git"),
      isLinkedWorktree: true,
      head: { kind: "branch", branch: "side" },
    });
  },
);

verifies(
  "workspace.repository",
  "a submodule and a separate git folder open as work trees of their own",
  async () => {
    const [fixture, library] = [Fixture.withCommit(), Fixture.withCommit()];
    fixture.git("submodule", "--quiet", "add", library.root, "sub");
    expect(await openRepository(join(fixture.root, "sub"), makeWorld(fixture.home))).toMatchObject({
      root: join(fixture.root, "sub"),
      gitDirectory: join(fixture.root, ".git/modules/sub"),
      isLinkedWorktree: false,
    });
    const separate = join(makeFolder(), "store");
    const other = Fixture.empty(`--separate-git-dir=${separate}`);
    expect(await other.open()).toMatchObject({ root: other.root, gitDirectory: separate });
  },
);

verifies(
  "workspace.repository",
  "a folder name with line ends, quotes and a leading dash opens",
  async () => {
    const folder = join(makeFolder(), '-a "b"\n\tc\n');
    mkdirSync(folder);
    const fixture = new Fixture(folder);
    fixture.git("init", "--quiet");
    fixture.commit({ "a.txt": "one\n" });
    expect(await fixture.open()).toMatchObject({ root: folder, gitDirectory: join(folder, ".git") });
  },
);

verifies("workspace.repository", "a repository with SHA-256 ids opens with its own empty tree", async () => {
  const fixture = Fixture.empty("--object-format=sha256");
  const repository = await fixture.open();
  expect(repository.emptyTree).toBe(fixture.git("hash-object", "-t", "tree", "/dev/null"));
  expect(await Fixture.empty().open()).toMatchObject({
    emptyTree: Fixture.empty().git("hash-object", "-t", "tree", "/dev/null"),
  });
});

verifies(
  "workspace.repository.refused",
  "a folder without repository is refused with git's words",
  async () => {
    const folder = makeFolder();
    await expect(openRepository(folder, makeWorld(folder))).rejects.toMatchObject({
      report: {
        kind: "not_a_git_repo",
        message: expect.stringContaining("not a git repository"),
        details: { folder },
      },
    });
  },
);

verifies(
  "workspace.repository.refused",
  "bare repositories, git folders, missing folders and broken ones are refused",
  async () => {
    const world = makeWorld(makeFolder());
    const fixture = Fixture.withCommit();
    const bare = Fixture.empty("--bare");
    const broken = Fixture.withCommit();
    writeFileSync(join(broken.root, ".git/config"), "[core\n");
    const gone = makeFolder();
    rmSync(gone, { recursive: true });
    for (const [folder, cause] of [
      [bare.root, /bare repository|work tree/],
      [join(fixture.root, ".git"), /bare repository|work tree/],
      [broken.root, /bad config line 1/],
      [gone, /ENOENT/],
    ] as const) {
      const failure = openRepository(folder, world);
      await expect(failure).rejects.toMatchObject({
        report: { kind: "not_a_git_repo", details: { folder } },
      });
      await expect(failure).rejects.toThrow(cause);
    }
  },
);
