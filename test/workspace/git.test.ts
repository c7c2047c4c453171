import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import { TandemError } from "../../src/domain/errors/tandem-error.ts";
import { listChanges } from "../../src/workspace/changes.ts";
import { readDiff } from "../../src/workspace/diff.ts";
import { findGit } from "../../src/workspace/find-git.ts";
import { fingerprintTree } from "../../src/workspace/fingerprint.ts";
import { runGit } from "../../src/workspace/git.ts";
import { gitEnvironment } from "../../src/workspace/git-environment.ts";
import type { Git } from "../../src/workspace/git-process.ts";
import { openRepository } from "../../src/workspace/repository.ts";
import { resolveTarget } from "../../src/workspace/target.ts";
import { verifies } from "../support/requirements.ts";
import { Fixture, gather, makeFolder, makeWorld, patchOf, writeScript } from "./support.ts";

function fakeGit(body: string, limits: Partial<Git> = {}): Git {
  const folder = makeFolder();
  writeScript(join(folder, "git"), body);
  return {
    binary: join(folder, "git"),
    folder,
    environment: { PATH: process.env["PATH"] },
    configuration: [],
    timeoutMs: 60_000,
    ...limits,
  };
}

/** A killed process that its new parent has not collected yet is as gone as it can be. */
async function waitUntilGone(pid: number): Promise<void> {
  for (;;) {
    const state = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim();
    if (state === "" || state.startsWith("Z")) return;
    await delay(5);
  }
}

verifies("workspace.git.found", "a git inside the work tree is passed over, however PATH names it", () => {
  const root = makeFolder();
  const outside = makeFolder();
  mkdirSync(join(root, ".git"));
  writeFileSync(join(root, ".git/HEAD"), "ref: refs/heads/main\n");
  mkdirSync(join(root, "deep/bin"), { recursive: true });
  for (const folder of [root, join(root, "deep/bin"), outside]) writeScript(join(folder, "git"), "true");
  const link = makeFolder();
  symlinkSync(join(root, "deep/bin"), join(link, "bin"));
  symlinkSync(join(root, "git"), join(link, "git"));
  const entries = [".", "", "deep/bin", root, join(root, "deep/bin"), join(link, "bin"), link, outside];
  const found = findGit(join(root, "deep"), { PATH: entries.join(":") }, "linux");
  expect(found.binary).toBe(join(outside, "git"));
  expect(found.searchPath.split(":")).toEqual([link, outside]);
});

verifies("workspace.git.found", "a submodule's surrounding work tree does not supply git either", () => {
  const root = makeFolder();
  mkdirSync(join(root, ".git"));
  writeFileSync(join(root, ".git/HEAD"), "ref: refs/heads/main\n");
  mkdirSync(join(root, "sub"));
  writeFileSync(join(root, "sub/.git"), "gitdir: ../.git/modules/sub\n");
  writeScript(join(root, "git"), "true");
  expect(() => findGit(join(root, "sub"), { PATH: root }, "linux")).toThrow(
    /no git in an absolute PATH folder/,
  );
});

verifies(
  "workspace.git.found",
  "a file that is not executable, a folder and a missing entry are no git",
  () => {
    const folders = [makeFolder(), makeFolder(), makeFolder()] as const;
    writeFileSync(join(folders[0], "git"), "");
    chmodSync(join(folders[0], "git"), 0o644);
    mkdirSync(join(folders[1], "git"));
    writeScript(join(folders[2], "git"), "true");
    const environment = { PATH: ["/does/not/exist", ...folders].join(":") };
    expect(findGit(makeFolder(), environment, "linux").binary).toBe(join(folders[2], "git"));
  },
);

verifies(
  "workspace.git.process",
  "a call over its time is ended with everything that it started",
  async () => {
    const git = fakeGit("sleep 600 & echo $! > child\necho started\nwait", { timeoutMs: 2_000 });
    await expect(runGit(git, ["status"])).rejects.toMatchObject({
      report: {
        kind: "timeout",
        details: { afterMs: 2_000 },
        repair: { say: expect.stringContaining("git_timeout") },
      },
    });
    await waitUntilGone(Number(readFileSync(join(git.folder, "child"), "utf8")));
  },
);

verifies("workspace.git.process", "a cancelled call ends at once and says who cancelled it", async () => {
  const controller = new AbortController();
  const git = fakeGit("echo $$ > pid\nsleep 600", { signal: controller.signal });
  const call = runGit(git, ["status"]);
  while (!existsSync(join(git.folder, "pid")) || readFileSync(join(git.folder, "pid")).length === 0)
    await delay(5);
  controller.abort(new TandemError("cancelled", { by: "a person" }));
  await expect(call).rejects.toThrow("Cancelled (a person).");
  await waitUntilGone(Number(readFileSync(join(git.folder, "pid"), "utf8")));
  await expect(runGit(git, ["status"])).rejects.toMatchObject({ report: { kind: "cancelled" } });
});

verifies("workspace.git.process", "output beyond the limit is cut, said, and its writer ended", async () => {
  const git = fakeGit("echo $$ > pid\nexec yes");
  const result = await runGit(git, ["status"], { maxBytes: 1_001 });
  expect(result).toMatchObject({ isStopped: true, exitCode: 0 });
  expect(result.output.length).toBe(1_001);
  await waitUntilGone(Number(readFileSync(join(git.folder, "pid"), "utf8")));
  const whole = await runGit(fakeGit("printf 12345"), ["status"], { maxBytes: 5 });
  expect(whole).toMatchObject({ isStopped: false, output: Buffer.from("12345") });
});

verifies(
  "workspace.git.process",
  "arguments reach git as they are and git's words come back without control characters",
  async () => {
    const git = fakeGit(
      `for last; do :; done; printf '%s' "$last"; printf 'fatal: \\033[31mred\\nnext\\n' >&2; exit 3`,
    );
    const result = await runGit(git, ["$(touch x); `touch y` \"'\n*"]);
    expect(result.output.toString()).toBe("$(touch x); `touch y` \"'\n*");
    expect(result).toMatchObject({ exitCode: 3, message: "fatal: \\u001b[31mred; next" });
  },
);

verifies(
  "workspace.git.environment",
  "location and program variables of the caller have no effect",
  async () => {
    const [fixture, other] = [Fixture.withCommit(), Fixture.withCommit({ "other.txt": "x\n" })];
    fixture.write({ "a.txt": "two\n" });
    const repository = await fixture.open({
      GIT_DIR: join(other.root, ".git"),
      GIT_WORK_TREE: other.root,
      GIT_INDEX_FILE: join(other.root, ".git/index"),
      GIT_OBJECT_DIRECTORY: join(other.root, ".git/objects"),
      GIT_NAMESPACE: "x",
      GIT_CONFIG_PARAMETERS: "'core.worktree'='/'",
    });
    expect(repository.root).toBe(fixture.root);
    expect(repository.head).toMatchObject({ commit: fixture.id("HEAD") });
  },
);

verifies("workspace.git.environment", "of a configuration in variables only safe.directory passes", () => {
  const environment = gitEnvironment(
    {
      HOME: "/home/a",
      GIT_DIR: "/x",
      GIT_CONFIG_GLOBAL: "/global",
      GIT_CONFIG_COUNT: "3",
      GIT_CONFIG_KEY_0: "core.fsmonitor",
      GIT_CONFIG_VALUE_0: "/evil",
      GIT_CONFIG_KEY_1: "safe.directory",
      GIT_CONFIG_VALUE_1: "/repo",
      GIT_CONFIG_KEY_2: "diff.external",
      GIT_CONFIG_VALUE_2: "/evil",
    },
    "/usr/bin",
  );
  expect(environment).toMatchObject({
    HOME: "/home/a",
    PATH: "/usr/bin",
    GIT_CONFIG_GLOBAL: "/global",
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "safe.directory",
    GIT_CONFIG_VALUE_0: "/repo",
  });
  expect(Object.keys(environment).filter((name) => /^GIT_(DIR|CONFIG_(KEY|VALUE)_[12])$/.test(name))).toEqual(
    [],
  );
});

verifies(
  "workspace.git.environment",
  "a file that the global ignore file names is never gathered",
  async () => {
    const fixture = Fixture.withCommit();
    mkdirSync(join(fixture.home, ".config/git"), { recursive: true });
    writeFileSync(join(fixture.home, ".config/git/ignore"), "*.secret\n");
    fixture.write({ "a.secret": "x\n", "b.txt": "x\n" });
    const { changes } = await gather(fixture);
    expect(changes.map(({ path }) => path)).toEqual(["b.txt"]);
  },
);

verifies(
  "workspace.git.environment",
  "a repository of another user opens when safe.directory names it, and only then",
  async () => {
    const fixture = Fixture.withCommit();
    // Git's own switch for tests: it takes every folder for one of another user.
    const world = makeWorld(fixture.home);
    const asOther = async (): Promise<unknown> => {
      const wrapper = makeFolder();
      const git = findGit(fixture.root, world.environment, world.platform).binary;
      writeScript(join(wrapper, "git"), `GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec '${git}' "$@"`);
      return openRepository(
        fixture.root,
        makeWorld(fixture.home, { PATH: `${wrapper}:${process.env["PATH"]}` }),
      );
    };
    await expect(asOther()).rejects.toMatchObject({
      report: { kind: "not_a_git_repo", message: expect.stringContaining("dubious ownership") },
    });
    writeFileSync(join(fixture.home, ".gitconfig"), `[safe]\ndirectory = ${fixture.root}\n`);
    await expect(asOther()).resolves.toMatchObject({ root: fixture.root });
  },
);

verifies(
  "workspace.git.settings",
  "the patch is the same whatever the diff settings of user and repository",
  async () => {
    const fixture = Fixture.withCommit({
      "sub/a.txt": "one\n\n  two\nthree\n",
      "old.txt": "1\n2\n3\n4\n5\n",
    });
    const library = Fixture.withCommit();
    fixture.git("submodule", "--quiet", "add", library.root, "library");
    fixture.commit({ "z.txt": "1\n" });
    new Fixture(join(fixture.root, "library")).commit({ "b.txt": "one\n" });
    fixture.git("mv", "old.txt", "new.txt");
    fixture.write({ "z.txt": "2\n" });
    fixture.write({ "sub/a.txt": "one\n\n  two changed\nthree\n", "z é.txt": "x\n" });
    const plain = await gather(fixture);
    const settings = `
[diff]
noprefix = true
mnemonicPrefix = true
renames = copies
algorithm = patience
context = 0
interHunkContext = 9
orderFile = ${join(fixture.root, "order")}
suppressBlankEmpty = true
colorMoved = zebra
wsErrorHighlight = all
submodule = log
ignoreSubmodules = all
autoRefreshIndex = false
[color]
ui = always
diff = always
status = always
[core]
quotePath = true
abbrev = 4
[status]
showUntrackedFiles = no
relativePaths = true
short = true
branch = true
[column]
ui = always
`;
    writeFileSync(join(fixture.root, ".git/info/exclude"), "order\n");
    fixture.write({ order: "z*\n" });
    for (const file of [join(fixture.home, ".gitconfig"), join(fixture.root, ".git/config")]) {
      writeFileSync(file, settings, { flag: "a" });
    }
    const changed = await gather(fixture);
    expect(changed.changes).toEqual(plain.changes);
    expect(changed.diff).toEqual(plain.diff);
    expect(patchOf(changed, "sub/a.txt")).toContain(
      "--- a/sub/a.txt\n+++ b/sub/a.txt\n@@ -1,4 +1,4 @@\n one\n \n-  two\n",
    );
  },
);

verifies(
  "workspace.git.settings",
  "a file with a new time and the same content is no change, also when the repository turns that check off",
  async () => {
    const fixture = Fixture.withCommit();
    fixture.git("config", "diff.autoRefreshIndex", "false");
    utimesSync(join(fixture.root, "a.txt"), 1, 1);
    expect(fixture.git("diff", "--raw", "HEAD")).toContain("a.txt");
    expect((await gather(fixture, { scope: "working-tree" })).changes).toEqual([]);
  },
);

verifies(
  "workspace.git.filters",
  "a file behind a filter is listed with the reason and does not make a tree dirty",
  async () => {
    const fixture = Fixture.withCommit({ ".gitattributes": "*.bin filter=lfs\n", "a.txt": "one\n" });
    fixture.git("config", "filter.lfs.clean", "tr a-z A-Z");
    fixture.git("config", "filter.lfs.required", "true");
    fixture.commit({ "asset.bin": "pointer\n" });
    // The stored content differs from the file, as it does for every large file; only its time tells that it is unchanged.
    fixture.write({ "asset.bin": "pointer!\n" });
    expect((await gather(fixture)).target.scope).toBe("branch");
    const explicit = await gather(fixture, { scope: "working-tree" });
    expect(explicit.changes).toMatchObject([{ path: "asset.bin", filter: "lfs" }]);
    expect(explicit.diff.files[0]?.omitted).toBe("passes through the git filter lfs, which is not run");
    expect(explicit.diff.files[0]?.text).toBeUndefined();
    fixture.write({ "a.txt": "two\n" });
    expect((await gather(fixture)).target.scope).toBe("working-tree");
  },
);

verifies("workspace.processes", "5 files and 400 files take the same number of git processes", async () => {
  const counts: number[] = [];
  for (const size of [5, 400]) {
    const names = Array.from({ length: size }, (_, index) => `${index}.txt`);
    const fixture = Fixture.withCommit(Object.fromEntries(names.map((name) => [name, "one\n"])));
    fixture.write(Object.fromEntries(names.map((name) => [name, "two\n"])));
    fixture.write(Object.fromEntries(names.map((name) => [`new-${name}`, "two\n"])));
    const wrapper = makeFolder();
    const git = findGit(fixture.root, process.env, process.platform).binary;
    writeScript(join(wrapper, "git"), `echo call >> '${wrapper}/calls'\nexec '${git}' "$@"`);
    const world = makeWorld(fixture.home, { PATH: `${wrapper}:${process.env["PATH"]}` });
    const repository = await openRepository(fixture.root, world);
    const resolved = await resolveTarget(repository, { scope: "auto", paths: [] }, fixture.root);
    const changes = await listChanges(repository, resolved);
    expect(changes.length).toBe(2 * size);
    await readDiff(repository, resolved, changes, 1_000_000);
    await fingerprintTree(repository);
    counts.push(readFileSync(join(wrapper, "calls"), "utf8").split("\n").length - 1);
  }
  expect(counts[0]).toBe(counts[1]);
  expect(counts[0]).toBeLessThanOrEqual(10);
});
