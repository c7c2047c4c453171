import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import type { Envelope } from "../../../src/domain/envelope.ts";
import { lastUserText } from "../../../src/rehearsal/model-request.ts";
import { message } from "../../../src/rehearsal/replies.ts";
import { type CliWorld, git, rollouts, startCliWorld, writeFiles } from "../../support/cli-world.ts";
import { verifies } from "../../support/requirements.ts";
import { reviewer, reviewerJson } from "../../support/reviewer.ts";

const base = { "a.txt": "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n", "b.txt": "b\n" };
const edited = { "a.txt": "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nTEN\n" };

describe("a review that finds something", () => {
  verifies(
    "cli.review",
    "prints its findings as text and as JSON, from one stored job each, and leaves no thread",
    async () => {
      const world = await startCliWorld(
        (root) =>
          reviewer(
            ["git diff HEAD"],
            reviewerJson("patch is incorrect", [{ path: join(root, "a.txt"), start: 10 }]),
          ),
        { committed: base, changed: edited },
      );
      const [text, json] = await Promise.all([world.run(["review"]), world.run(["review", "--json"])]);
      expect(text).toMatchObject({ exitCode: 0 });
      expect(text.stdout).toMatch(
        /^Review of uncommitted changes\njob [a-z]{6} · app-server · gpt-5\.5 · read-only/,
      );
      expect(text.stdout).toContain("Fail: 1 high");
      expect(text.stdout).toMatch(/1\. high {2}Handle the empty case\n +a\.txt:10 ·/);
      expect(text.stderr).toMatch(/^job \S+\n$/);
      const { envelope } = json;
      expect(json.exitCode).toBe(0);
      expect(envelope).toMatchObject({
        ok: true,
        kind: "review",
        verdict: "fail",
        confidence: 0.9,
        summary: "The change was read as a whole.",
        target: { scope: "working-tree", base: git(world.workspace, "rev-parse", "HEAD").trim(), paths: [] },
        job: { status: "succeeded", workspace: world.workspace, verdict: "fail" },
        coverage: { status: "complete", basis: "codex", examined: ["a.txt"], omitted: [] },
        run: {
          tier: "read-only",
          sandbox: { requested: "read-only", effective: "read-only" },
          rehearsal: false,
        },
      });
      expect(envelope.findings).toMatchObject([
        { severity: "high", title: "Handle the empty case", file: "a.txt", lineStart: 10, anchor: "exact" },
      ]);
      expect(envelope.evidence?.map(({ status }) => status)).not.toContain("failed");
      expect(world.records().map(({ status }) => status)).toEqual(["succeeded", "succeeded"]);
      const { artifacts = [], ...stored } = envelope;
      expect(world.storedResult(envelope.job?.id ?? "")).toEqual(stored);
      expect(artifacts.map(({ mediaType }) => mediaType)).toEqual([
        "application/vnd.codex-tandem.receipt+json",
      ]);
      expect(rollouts(world.codexHome)).toEqual([]);
      await vi.waitFor(() => expect(world.processes()).toEqual([]));
    },
  );

  verifies(
    "cli.review.anchors",
    "keeps a finding beside the hunks as moved and one in an unknown file as missing",
    async () => {
      const findings = (root: string) => [
        { title: "In the hunk", path: join(root, "a.txt"), start: 9, end: 10 },
        { title: "Beside the hunk", path: join(root, "a.txt"), start: 2 },
        { title: "In another file", path: join(root, "b.txt"), start: 1 },
        { title: "Nowhere", path: join(root, "no", "such.txt"), start: 4 },
        { title: "Outside", path: "/etc/passwd", start: 1 },
      ];
      const world = await startCliWorld(
        (root) => reviewer(["git diff HEAD"], reviewerJson("patch is incorrect", findings(root))),
        { committed: base, changed: edited },
      );
      const { envelope } = await world.run(["review", "--json"]);
      expect(envelope.findings?.map(({ title, file, anchor }) => [title, file, anchor])).toEqual([
        ["In the hunk", "a.txt", "exact"],
        ["Beside the hunk", "a.txt", "moved"],
        ["In another file", "b.txt", "missing"],
        ["Nowhere", "no/such.txt", "missing"],
        ["Outside", "/etc/passwd", "missing"],
      ]);
    },
  );
});

describe("--fail-on", () => {
  verifies(
    "cli.review.fail_on",
    "ends with 1 for an anchored finding of that severity or graver, never for a lighter one or one that points at nothing",
    async () => {
      const answer = (root: string) =>
        reviewerJson("patch is incorrect", [
          { title: "Real", priority: 2, path: join(root, "a.txt"), start: 10 },
          { title: "Pointing at nothing", priority: 0, path: join(root, "gone.txt") },
        ]);
      const world = await startCliWorld((root) => reviewer(["git diff HEAD"], answer(root)), {
        committed: base,
        changed: edited,
      });
      const levels = ["critical", "high", "medium", "low", "nit"];
      const runs = levels.map(async (level) => world.run(["review", "--json", "--fail-on", level]));
      const results = await Promise.all(runs);
      expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0, 1, 1, 1]);
      for (const { envelope } of results) expect(envelope).toMatchObject({ ok: true, verdict: "concerns" });
      const without = await world.run(["review"]);
      expect(without.exitCode).toBe(0);
    },
  );
});

describe("the scope of a review", () => {
  const commands = ["git diff HEAD", "git show", "cat new.txt"];
  const startWithBranch = async (): Promise<CliWorld> => {
    const world = await startCliWorld(() => reviewer(commands, reviewerJson("patch is correct")), {
      committed: base,
    });
    const { workspace } = world;
    git(workspace, "checkout", "--quiet", "-b", "topic");
    await writeFile(join(workspace, "a.txt"), "on the branch\n");
    git(workspace, "commit", "--quiet", "--all", "--message=Topic");
    return world;
  };

  verifies(
    "cli.review.scopes",
    "is what was asked for, pinned to object ids, and what Codex is told",
    async () => {
      const world = await startWithBranch();
      const { workspace } = world;
      const id = (name: string) => git(workspace, "rev-parse", name).trim();
      const [main, topic] = [id("main"), id("topic")];
      const [clean, named, commit] = await Promise.all([
        review(world),
        review(world, "--base", "main"),
        review(world, "--commit", "HEAD"),
      ]);
      expect(clean).toMatchObject({ target: { scope: "branch", base: main, head: topic }, verdict: "pass" });
      expect(clean.asked).toContain(main);
      expect(named).toMatchObject({ target: { scope: "branch", base: main, head: topic } });
      expect(commit).toMatchObject({ target: { scope: "commit", base: main, head: topic } });
      expect(commit.asked).toContain(topic);

      await writeFiles(workspace, { "new.txt": "new\n", "sub/c.txt": "c\n" });
      const [dirty, branch] = await Promise.all([
        review(world),
        review(world, "--scope", "branch", "--base", "main"),
      ]);
      expect(dirty).toMatchObject({ target: { scope: "working-tree", base: topic, paths: [] } });
      expect(dirty.coverage?.omitted.map(({ path }) => path)).toEqual(["sub/c.txt"]);
      expect(branch).toMatchObject({ target: { scope: "branch", base: main, head: topic } });
      // Codex's own target would look at the work tree, which holds more than the branch.
      expect(branch.asked).toContain(`git diff ${main} ${topic}`);

      git(workspace, "add", "new.txt");
      const [staged, limited, paths, below] = await Promise.all([
        review(world, "--scope", "staged"),
        review(world, "--path", "sub"),
        review(world, "--scope", "paths", "--path", "b.txt"),
        review(world, "--cwd", "sub", "--path", "c.txt"),
      ]);
      expect(staged).toMatchObject({
        target: { scope: "staged", base: topic },
        coverage: { status: "complete" },
      });
      expect(staged.asked).toContain(`git diff --cached ${topic}`);
      expect(limited).toMatchObject({ target: { scope: "working-tree", paths: ["sub"] } });
      expect(limited.asked).toContain(`diff ${topic} -- sub`);
      expect(paths).toMatchObject({ target: { scope: "paths", paths: ["b.txt"] } });
      expect(paths.asked).toContain('["b.txt"]');
      expect(below).toMatchObject({ target: { paths: ["sub/c.txt"] }, job: { workspace } });
    },
  );

  verifies(
    "cli.review.empty",
    "that holds no change ends without a job and without any request",
    async () => {
      const world = await startCliWorld(() => message("Nobody asks me."), { committed: base });
      const [text, json] = await Promise.all([
        world.run(["review"]),
        world.run(["review", "--json", "--fail-on", "nit"]),
      ]);
      expect([text.exitCode, json.exitCode]).toEqual([0, 0]);
      expect(text.stdout).toContain("No verdict: Nothing to review");
      expect(json.envelope).toMatchObject({
        ok: true,
        kind: "review",
        verdict: "none",
        findings: [],
        coverage: { status: "none", examined: [], omitted: [] },
      });
      expect(json.envelope.job).toBeUndefined();
      expect([text.stderr, json.stderr]).toEqual(["", ""]);
      expect(world.model.requests).toEqual([]);
      expect(world.records()).toEqual([]);
    },
  );
});

describe("--dry-run of a review", () => {
  verifies("cli.dry_run", "shows what would be examined and asks nobody", async () => {
    const world = await startCliWorld(() => message("Nobody asks me."), { committed: base, changed: edited });
    const [text, json] = await Promise.all([
      world.run(["review", "--dry-run"]),
      world.run(["review", "--dry-run", "--json"]),
    ]);
    expect([text.exitCode, json.exitCode]).toEqual([0, 0]);
    expect(text.stdout).toContain("DRY RUN: nothing was started, nothing was sent");
    expect(json.envelope).toMatchObject({ ok: true, kind: "review", target: { scope: "working-tree" } });
    expect(json.envelope.dryRun?.inputs.map(({ path }) => path)).toEqual(["a.txt"]);
    expect(json.envelope.dryRun?.leavesTheMachine).toMatch(/Codex reads/);
    expect(json.envelope.job).toBeUndefined();
    expect(world.model.requests).toEqual([]);
    expect(world.records()).toEqual([]);
    expect(rollouts(world.codexHome)).toEqual([]);
  });
});

/** The envelope of a review with what Codex asked its reviewer. */
async function review(world: CliWorld, ...words: readonly string[]): Promise<Envelope & { asked: string }> {
  const { envelope } = await world.run(["review", "--json", ...words]);
  const request = world.model.requests.find(({ parentThread }) => parentThread === envelope.run?.thread);
  return { ...envelope, asked: request === undefined ? "" : lastUserText(request) };
}
