import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { ReviewRequest } from "../../src/domain/run.ts";
import { type ResolvedTarget, resolveTarget } from "../../src/workspace/target.ts";
import { verifies } from "../support/requirements.ts";
import { Fixture, gather, makeFolder } from "./support.ts";

async function resolve(
  fixture: Fixture,
  request: Partial<ReviewRequest> = {},
  cwd = fixture.root,
): Promise<ResolvedTarget> {
  return resolveTarget(await fixture.open(), { scope: "auto", paths: [], ...request }, cwd);
}

/** `main` with one commit, `topic` with one more. */
function withTopic(): { fixture: Fixture; main: string; topic: string } {
  const fixture = Fixture.withCommit();
  const main = fixture.id("HEAD");
  fixture.git("checkout", "--quiet", "-b", "topic");
  return { fixture, main, topic: fixture.commit({ "a.txt": "two\n" }) };
}

verifies(
  "workspace.target.auto",
  "a clean branch is compared with its merge base, and the label says so",
  async () => {
    const { fixture, main, topic } = withTopic();
    fixture.git("checkout", "--quiet", "main");
    fixture.commit({ "b.txt": "later\n" });
    fixture.git("checkout", "--quiet", "topic");
    const { target, changes } = await gather(fixture);
    expect(target).toEqual({
      scope: "branch",
      base: main,
      head: topic,
      paths: [],
      label: `branch topic against main (merge base ${main.slice(0, 7)})`,
    });
    expect(changes.map(({ path }) => path)).toEqual(["a.txt"]);
  },
);

verifies(
  "workspace.target.auto",
  "an edit, a staged file, an untracked file and a deletion each make a tree dirty",
  async () => {
    for (const dirty of [
      (fixture: Fixture) => fixture.write({ "a.txt": "changed\n" }),
      (fixture: Fixture) => fixture.write({ "new/b.txt": "new\n" }),
      (fixture: Fixture) => fixture.git("rm", "--quiet", "--cached", "a.txt"),
      (fixture: Fixture) => fixture.git("rm", "--quiet", "a.txt"),
    ]) {
      const { fixture, topic } = withTopic();
      dirty(fixture);
      const { target, changes } = await gather(fixture);
      expect(target).toEqual({ scope: "working-tree", base: topic, paths: [], label: "uncommitted changes" });
      expect(changes.length).toBeGreaterThan(0);
    }
  },
);

verifies(
  "workspace.target.auto",
  "a file with a new time and the same content does not make a tree dirty",
  async () => {
    const { fixture } = withTopic();
    fixture.write({ "a.txt": "two\n" });
    expect((await resolve(fixture)).target.scope).toBe("branch");
  },
);

verifies(
  "workspace.target.auto",
  "only the named paths decide whether there are uncommitted changes",
  async () => {
    const { fixture } = withTopic();
    fixture.write({ "elsewhere.txt": "x\n" });
    const { target } = await resolve(fixture, { paths: ["a.txt"] });
    expect(target).toMatchObject({ scope: "branch", paths: ["a.txt"] });
    expect(target.label).toMatch(/^branch topic against main \(merge base [0-9a-f]{7}\) in a\.txt$/);
  },
);

verifies(
  "workspace.target.auto",
  "a base means the branch and a commit means the commit, also in a dirty tree",
  async () => {
    const { fixture, main, topic } = withTopic();
    fixture.write({ "a.txt": "dirty\n" });
    expect((await resolve(fixture, { base: "main" })).target).toMatchObject({
      scope: "branch",
      base: main,
      head: topic,
    });
    expect((await resolve(fixture, { commit: "HEAD" })).target).toMatchObject({
      scope: "commit",
      base: main,
      head: topic,
    });
  },
);

verifies(
  "workspace.target.auto",
  "an unborn branch shows its files as uncommitted, an empty one nothing",
  async () => {
    const fixture = Fixture.empty();
    expect(await gather(fixture)).toMatchObject({ target: { scope: "working-tree" }, changes: [] });
    fixture.write({ "a.txt": "one\n", "b.txt": "one\n" });
    fixture.git("add", "a.txt");
    const { target, changes } = await gather(fixture);
    expect(target).toEqual({ scope: "working-tree", paths: [], label: "uncommitted changes" });
    expect(changes.map(({ path, status }) => [path, status])).toEqual([
      ["a.txt", "added"],
      ["b.txt", "untracked"],
    ]);
    expect((await gather(fixture, { scope: "staged" })).changes.map(({ path }) => path)).toEqual(["a.txt"]);
  },
);

verifies("workspace.target.auto", "a clean detached HEAD is compared with the main branch", async () => {
  const { fixture, main, topic } = withTopic();
  fixture.git("checkout", "--quiet", "--detach");
  const { target } = await resolve(fixture);
  expect(target).toMatchObject({ scope: "branch", base: main, head: topic });
  expect(target.label).toBe(
    `detached HEAD at ${topic.slice(0, 7)} against main (merge base ${main.slice(0, 7)})`,
  );
});

verifies(
  "workspace.target.base",
  "a clean main branch without remote has nothing to compare with and no change",
  async () => {
    const fixture = Fixture.withCommit();
    fixture.git("branch", "develop");
    const { target, changes } = await gather(fixture);
    expect(target).toMatchObject({ scope: "branch", base: fixture.id("HEAD"), head: fixture.id("HEAD") });
    expect(target.label).toBe("branch main, which has no base branch to compare with");
    expect(changes).toEqual([]);
  },
);

verifies(
  "workspace.target.base",
  "the default branch of the remote comes first, also for its own local copy",
  async () => {
    const upstream = Fixture.empty();
    upstream.git("checkout", "--quiet", "-b", "stable");
    const base = upstream.commit({ "a.txt": "one\n" });
    const clone = new Fixture();
    clone.git("clone", "--quiet", upstream.root, ".");
    clone.git("branch", "main");
    const head = clone.commit({ "a.txt": "two\n" });
    expect((await resolve(clone)).target).toMatchObject({
      base,
      head,
      label: `branch stable against origin/stable (merge base ${base.slice(0, 7)})`,
    });
  },
);

verifies(
  "workspace.target.base",
  "without a default branch the usual names are tried in order, here and at origin",
  async () => {
    const { fixture, main } = withTopic();
    const label = async (): Promise<string> => (await resolve(fixture)).target.label.replace(/ \(.*/, "");
    fixture.git("branch", "master", main);
    fixture.git("update-ref", "refs/remotes/origin/main", main);
    expect(await label()).toBe("branch topic against main");
    fixture.git("branch", "--quiet", "-D", "main");
    expect(await label()).toBe("branch topic against origin/main");
    fixture.git("update-ref", "-d", "refs/remotes/origin/main");
    expect(await label()).toBe("branch topic against master");
    fixture.git("branch", "--quiet", "-m", "master", "trunk");
    expect(await label()).toBe("branch topic against trunk");
    fixture.git("branch", "--quiet", "-m", "trunk", "develop");
    expect(await label()).toBe("branch topic against develop");
    fixture.git("branch", "--quiet", "-m", "develop", "other");
    expect(await label()).toBe("branch topic, which has no base branch to compare with");
    fixture.git("branch", "--quiet", "-m", "topic", "main");
    fixture.git("update-ref", "refs/remotes/origin/main", main);
    expect(await label()).toBe("branch main against origin/main");
  },
);

verifies(
  "workspace.target.pinned",
  "tags, abbreviations and relative names become commit ids, which later commits do not move",
  async () => {
    const { fixture, main, topic } = withTopic();
    fixture.git("tag", "--annotate", "--message=t", "v1", main);
    for (const base of ["v1", "main", "HEAD~1", main.slice(0, 8), "HEAD^", "refs/heads/main", "@~"]) {
      expect((await resolve(fixture, { base })).target, base).toMatchObject({ base: main, head: topic });
    }
    const repository = await fixture.open();
    const resolved = await resolveTarget(repository, { scope: "branch", paths: [] }, fixture.root);
    fixture.commit({ "a.txt": "three\n" });
    fixture.git("branch", "--force", "main", "HEAD");
    expect(resolved.comparison).toEqual([main, topic]);
    expect(
      (await resolveTarget(repository, { scope: "commit", commit: topic, paths: [] }, fixture.root))
        .comparison,
    ).toEqual([main, topic]);
  },
);

verifies(
  "workspace.target.pinned",
  "a first commit is compared with nothing and a merge with its first parent",
  async () => {
    const { fixture, main } = withTopic();
    const root = await gather(fixture, { commit: "main" });
    expect(root.target).toEqual({
      scope: "commit",
      head: main,
      paths: [],
      label: `commit ${main.slice(0, 7)} (the first one)`,
    });
    expect(root.changes).toMatchObject([{ path: "a.txt", status: "added" }]);
    fixture.git("checkout", "--quiet", "main");
    const first = fixture.commit({ "b.txt": "one\n" });
    fixture.git("merge", "--quiet", "--no-edit", "topic");
    const merge = await gather(fixture, { commit: "HEAD" });
    expect(merge.target).toMatchObject({
      base: first,
      label: expect.stringContaining("a merge, against its first parent"),
    });
    expect(merge.changes.map(({ path }) => path)).toEqual(["a.txt"]);
  },
);

verifies("workspace.target.refused", "names of no commit are refused with the name and a cause", async () => {
  const { fixture } = withTopic();
  fixture.git("tag", "blob", fixture.id("HEAD:a.txt"));
  for (const revision of [
    "nowhere",
    "main..topic",
    "--all",
    "-x",
    "HEAD:a.txt",
    "blob",
    "HEAD@{999}",
    "deadbeef",
    "a.txt",
  ]) {
    const failure = resolve(fixture, { base: revision });
    await expect(failure, revision).rejects.toMatchObject({
      report: { kind: "bad_revision", details: { revision } },
    });
  }
  for (const revision of ["", " ", "main\nHEAD", "main\0"]) {
    await expect(resolve(fixture, { base: revision }), revision).rejects.toMatchObject({
      report: { kind: "bad_revision", message: expect.stringContaining("cannot be the name of a revision") },
    });
  }
  await expect(resolve(fixture, { commit: "nowhere" })).rejects.toThrow('"nowhere" does not name a commit');
  await expect(resolve(Fixture.empty(), { base: "main" })).rejects.toThrow(
    "The branch main has no commit yet.",
  );
});

verifies(
  "workspace.target.refused",
  "branches without common history and the edge of a shallow clone say what is missing",
  async () => {
    const { fixture } = withTopic();
    fixture.git("checkout", "--quiet", "--orphan", "other");
    fixture.commit();
    await expect(resolve(fixture, { base: "main" })).rejects.toThrow(
      '"main" and HEAD have no common history.',
    );
    fixture.git("checkout", "--quiet", "topic");
    const clone = new Fixture();
    clone.git("clone", "--quiet", "--depth=1", `file://${fixture.root}`, ".");
    await expect(resolve(clone, { commit: "HEAD" })).rejects.toMatchObject({
      report: { kind: "bad_revision", message: expect.stringContaining("git fetch --unshallow") },
    });
  },
);

verifies(
  "workspace.target.refused",
  "combinations that mean nothing are usage errors before git is asked",
  async () => {
    const fixture = Fixture.withCommit();
    const refused: readonly Partial<ReviewRequest>[] = [
      { scope: "staged", base: "main" },
      { scope: "working-tree", base: "main" },
      { scope: "commit", base: "main", commit: "HEAD" },
      { scope: "paths", base: "main", paths: ["a.txt"] },
      { scope: "branch", commit: "HEAD" },
      { scope: "staged", commit: "HEAD" },
      { base: "main", commit: "HEAD" },
      { scope: "commit" },
      { scope: "paths" },
    ];
    for (const request of refused) {
      await expect(resolve(fixture, request), JSON.stringify(request)).rejects.toMatchObject({
        report: { kind: "usage" },
      });
    }
  },
);

verifies(
  "workspace.target.paths",
  "paths are relative to the person's folder, also through links, and the root means all",
  async () => {
    const fixture = Fixture.withCommit({ "sub/deep/a.txt": "one\n", "b.txt": "one\n" });
    const sub = join(fixture.root, "sub");
    const link = join(makeFolder(), "link");
    symlinkSync(fixture.root, link);
    const paths = async (typed: readonly string[], cwd = sub): Promise<readonly string[]> =>
      (await resolve(fixture, { scope: "paths", paths: typed }, cwd)).target.paths;
    expect(await paths(["deep/a.txt", "./deep/", "../b.txt", "deep/a.txt"])).toEqual([
      "sub/deep/a.txt",
      "sub/deep",
      "b.txt",
    ]);
    expect(await paths([join(link, "sub/deep/a.txt")])).toEqual(["sub/deep/a.txt"]);
    expect(await paths(["deep"], join(link, "sub"))).toEqual(["sub/deep"]);
    expect(await paths(["b.txt", ".."])).toEqual([]);
    const deleted = await resolve(fixture, { scope: "staged", paths: ["deleted/long/ago.txt"] }, sub);
    expect(deleted.target.paths).toEqual(["sub/deleted/long/ago.txt"]);
  },
);

verifies(
  "workspace.target.paths",
  "a path outside of the work tree, an empty one or one with NUL is refused",
  async () => {
    const fixture = Fixture.withCommit();
    for (const path of ["..", "../x", "/etc/passwd", "", "a\0b"]) {
      await expect(resolve(fixture, { paths: [path] }), path).rejects.toMatchObject({
        report: { kind: "usage" },
      });
    }
  },
);

verifies(
  "workspace.target.paths",
  "a misspelt path of scope paths is an error and not an empty change",
  async () => {
    const fixture = Fixture.withCommit();
    symlinkSync("nowhere", join(fixture.root, "broken-link"));
    await expect(resolve(fixture, { scope: "paths", paths: ["a.txt", "b.txt"] })).rejects.toMatchObject({
      report: { kind: "input_unreadable", details: { path: "b.txt" } },
    });
    expect((await gather(fixture, { scope: "paths", paths: ["broken-link"] })).changes).toHaveLength(1);
  },
);

verifies(
  "workspace.target.paths",
  "patterns, options and pathspec magic in a path are plain names",
  async () => {
    const fixture = Fixture.withCommit({
      "a.txt": "1\n",
      "*.txt": "1\n",
      ":(glob)*": "1\n",
      "--output=x": "1\n",
      ":!a": "1\n",
    });
    for (const path of ["*.txt", ":(glob)*", "--output=x", ":!a"]) {
      const { changes } = await gather(fixture, { scope: "paths", paths: [path] });
      expect(changes.map((change) => change.path)).toEqual([path]);
    }
  },
);

verifies(
  "workspace.target.paths",
  "scope paths shows files whole, tracked and untracked, as they are in the work tree",
  async () => {
    const fixture = Fixture.withCommit({ "src/a.ts": "one\n", "src/b.ts": "one\n", "c.ts": "one\n" });
    fixture.write({ "src/b.ts": "one\ntwo\n", "src/new.ts": "x\n" });
    mkdirSync(join(fixture.root, "src/empty"));
    const { target, diff } = await gather(fixture, { scope: "paths", paths: ["src"] });
    expect(target).toEqual({
      scope: "paths",
      paths: ["src"],
      label: "files as they are in the work tree in src",
    });
    expect(diff.files.map(({ change, insertions }) => [change.path, insertions])).toEqual([
      ["src/a.ts", 1],
      ["src/b.ts", 2],
      ["src/new.ts", 1],
    ]);
  },
);
