import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import { dropStream, httpError } from "../../../src/rehearsal/faults.ts";
import { gate } from "../../../src/rehearsal/gate.ts";
import { command, message, slow } from "../../../src/rehearsal/replies.ts";
import { sequence } from "../../../src/rehearsal/script.ts";
import { type CliWorld, git, startCliWorld } from "../../support/cli-world.ts";
import { kill } from "../../support/kill.ts";
import { verifies } from "../../support/requirements.ts";
import { hasWorktree, stateOf, temporaryFolder, treeOf, withPrograms } from "./support.ts";

const committed = { "a.txt": "one\n", "test/b.test.ts": "b\n", "deep/c.txt": "c\n" };
const changed = { "a.txt": "one and mine\n" };
const name = ["delegate", "--json"];

/** Ways in which Codex fails in the middle of its work. */
const faults = {
  "the model's service fails": httpError(500, { error: { message: "no" } }),
  "the stream breaks off": dropStream(),
};

/** Resolves when something is so. */
async function until(isSo: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(isSo()).toBe(true), { timeout: 30_000, interval: 50 });
}

function onlyJob(world: CliWorld): string {
  return world.records()[0]?.id ?? "";
}

describe("the person's work tree", () => {
  for (const engine of ["app-server", "exec"]) {
    verifies("delegate.untouched", `stays when the run takes too long, ${engine}`, async () => {
      const line = "echo by codex > a.txt; echo new > new.txt; sleep 60";
      const world = await startCliWorld(() => sequence(command(line), message("never")), {
        committed,
        changed,
      });
      const before = stateOf(world.workspace);
      const run = [...name, "--engine", engine];
      // Codex and its command have begun by then, however busy the machine is.
      const slow = await world.run([...run, "--timeout", "10s", "Change it"], withPrograms);
      expect(slow.envelope).toMatchObject({ ok: false, error: { kind: "timeout" } });
      // What was done by then is kept.
      expect(slow.envelope.patch?.files.map(({ path }) => path)).toEqual(["a.txt", "new.txt"]);
      expect(stateOf(world.workspace)).toEqual(before);
    });

    for (const [fault, reply] of Object.entries(faults)) {
      verifies(
        "delegate.untouched",
        `stays when ${fault}, and what was done is a patch, ${engine}`,
        async () => {
          const line = "echo by codex > a.txt; echo new > new.txt";
          const world = await startCliWorld(() => sequence(command(line), reply), { committed, changed });
          const before = stateOf(world.workspace);
          const failed = await world.run([...name, "--engine", engine, "Change it"], withPrograms);
          expect(failed.exitCode).toBe(4);
          expect(failed.envelope.ok).toBe(false);
          expect(failed.envelope.patch?.files.map(({ path }) => path)).toEqual(["a.txt", "new.txt"]);
          expect(stateOf(world.workspace)).toEqual(before);
          expect((await world.run(["apply", onlyJob(world), "--yes"])).exitCode).toBe(0);
          expect(readFileSync(join(world.workspace, "new.txt"), "utf8")).toBe("new\n");
        },
      );
    }

    verifies("delegate.untouched", `stays when the run is cancelled, ${engine}`, async () => {
      const line = "echo by codex > a.txt; sleep 60";
      const world = await startCliWorld(() => sequence(command(line), message("never")), {
        committed,
        changed,
      });
      const before = stateOf(world.workspace);
      const started = world.start([...name, "--engine", engine, "Change it"], withPrograms);
      await until(() => world.records().length === 1);
      const file = join(treeOf(world.stateRoot, onlyJob(world)), "a.txt");
      await until(() => existsSync(file) && readFileSync(file, "utf8") === "by codex\n");
      started.child.kill("SIGINT");
      const { exitCode, envelope } = await started.ended;
      expect(exitCode).toBe(130);
      expect(envelope.patch?.files.map(({ path }) => path)).toEqual(["a.txt"]);
      expect(stateOf(world.workspace)).toEqual(before);
      expect((await world.run(["apply", onlyJob(world), "--yes"])).exitCode).toBe(0);
      expect(readFileSync(join(world.workspace, "a.txt"), "utf8")).toBe("by codex\n");
    });
  }

  for (const engine of ["app-server", "exec"]) {
    verifies(
      "delegate.lost",
      `stays when the owner is killed, and the work is a patch, ${engine}`,
      async () => {
        const line = "echo by codex > a.txt; echo new > new.txt; sleep 60";
        const world = await startCliWorld(() => sequence(command(line), message("never")), {
          committed,
          changed,
        });
        const before = stateOf(world.workspace);
        const run = [...name, "--engine", engine, "--check", "true", "Change it"];
        const started = world.start(run, withPrograms);
        await until(() => world.records().length === 1);
        const file = join(treeOf(world.stateRoot, onlyJob(world)), "new.txt");
        await until(() => existsSync(file) && readFileSync(file, "utf8") === "new\n");
        kill(world.records()[0]?.owner?.pid);
        const { envelope } = await started.ended;
        expect(envelope).toMatchObject({ ok: false, error: { kind: "broker_lost" } });
        expect(envelope.patch?.files.map(({ path }) => path)).toEqual(["a.txt", "new.txt"]);
        expect(envelope.evidence).toMatchObject([{ check: "after: true", status: "skipped" }]);
        expect(stateOf(world.workspace)).toEqual(before);
        const id = onlyJob(world);
        const told = await world.run(["result", id, "--json"]);
        expect(told.envelope.patch).toMatchObject({ sha256: envelope.patch?.sha256, applies: true });
        // The receipt covers the patch.
        expect((await world.run(["verify", id])).exitCode).toBe(0);
        expect((await world.run(["apply", id, "--yes"])).exitCode).toBe(0);
        expect(readFileSync(join(world.workspace, "new.txt"), "utf8")).toBe("new\n");
        expect((await world.run(["discard", id])).exitCode).toBe(0);
        expect(hasWorktree(world.stateRoot, id)).toBe(false);
      },
    );
  }
});

describe("a delegated task", () => {
  verifies("delegate.gone", "whose work tree is taken away ends with workspace_gone", async () => {
    const open = gate();
    const script = () => sequence(command("echo x > a.txt"), slow([open, "never"]));
    const world = await startCliWorld(script, { committed });
    const started = world.start([...name, "Change it"], withPrograms);
    await until(() => world.model.requests.length === 2);
    rmSync(treeOf(world.stateRoot, onlyJob(world)), { recursive: true, force: true });
    const { exitCode, envelope } = await started.ended;
    expect(envelope).toMatchObject({ ok: false, error: { kind: "workspace_gone" } });
    expect(exitCode).toBe(2);
    open.open();
  });

  verifies(
    "delegate.follow_up",
    "goes on in the same work tree and thread, with one patch of all of it",
    async () => {
      const script = () =>
        sequence(
          command("echo two >> a.txt"),
          message("First."),
          command("cat a.txt; echo three >> a.txt"),
          message("Second."),
        );
      const world = await startCliWorld(script, { committed, changed });
      const first = await world.run([...name, "Change it"], withPrograms);
      const id = first.envelope.job?.id ?? "";
      // What the person does meanwhile is not Codex's.
      writeFileSync(join(world.workspace, "mine.txt"), "mine\n");
      git(world.workspace, "add", "mine.txt");
      const second = await world.run(["reply", id, "And more", "--json"], withPrograms);
      expect(second.envelope).toMatchObject({ ok: true, kind: "delegate", answer: "Second." });
      expect(second.envelope.run?.thread).toBe(first.envelope.run?.thread);
      expect(second.envelope.patch?.baseline).toBe(first.envelope.patch?.baseline);
      expect(second.envelope.patch?.preview).toContain(" one and mine\n+two\n+three\n");
      // Both patches can be applied one after the other; the later one holds the earlier one, which then does not fit.
      expect((await world.run(["apply", id, "--yes"])).exitCode).toBe(0);
      const later = second.envelope.job?.id ?? "";
      expect((await world.run(["apply", later, "--yes"])).exitCode).toBe(0);
      expect(readFileSync(join(world.workspace, "a.txt"), "utf8")).toBe("one and mine\ntwo\nthree\n");
      for (const job of [later, id]) expect((await world.run(["undo", job])).exitCode).toBe(0);
      expect((await world.run(["apply", later, "--yes"])).exitCode).toBe(0);
      const early = await world.run(["apply", id, "--yes", "--json"]);
      expect(early.envelope).toMatchObject({ ok: false, error: { kind: "patch_conflict" } });
      expect(readFileSync(join(world.workspace, "a.txt"), "utf8")).toBe("one and mine\ntwo\nthree\n");
      await world.run(["discard", id]);
      const late = await world.run(["reply", id, "And more", "--json"], withPrograms);
      expect(late.envelope).toMatchObject({ ok: false, error: { kind: "workspace_gone" } });
    },
  );

  verifies("delegate.dry_run", "counts what it would start from and makes nothing", async () => {
    const world = await startCliWorld(() => sequence(message("never")), {
      committed,
      changed: { ...changed, "u.txt": "uu\n" },
    });
    const before = stateOf(world.workspace);
    const { exitCode, envelope } = await world.run([...name, "--dry-run", "Change it"]);
    expect(exitCode).toBe(0);
    expect(envelope.dryRun?.seed).toEqual({
      head: git(world.workspace, "rev-parse", "HEAD").trim(),
      tracked: { files: 3, bytes: 17 },
      uncommitted: { files: 1, bytes: 13 },
      untracked: { files: 1, bytes: 3, included: false },
    });
    expect(envelope.dryRun?.prompt?.bytes).toBe(9);
    expect(stateOf(world.workspace)).toEqual(before);
    expect(world.records()).toEqual([]);
    expect(existsSync(join(world.stateRoot, "worktrees"))).toBe(false);
  });

  verifies(
    "delegate.patch",
    "shows the beginning of a large patch without secrets, and stores all of it",
    async () => {
      const secret = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD";
      const line = `echo 'api_key = "${secret}"' > a.txt; seq 1 60000 > many.txt`;
      const world = await startCliWorld(() => sequence(command(line), message("Done.")), { committed });
      const { envelope } = await world.run([...name, "Change it"], withPrograms);
      const { preview = "", isPreviewCut, path = "", bytes = 0 } = envelope.patch ?? {};
      expect(bytes).toBeGreaterThan(300_000);
      expect(isPreviewCut).toBe(true);
      expect(preview.length).toBeLessThanOrEqual(200_000);
      expect(preview.endsWith("\n")).toBe(true);
      expect(preview).not.toContain(secret);
      expect(readFileSync(path, "utf8")).toContain(secret);
      const told = await world.run(["result", onlyJob(world)]);
      expect(told.stdout.replaceAll(/\s+/g, "")).toContain(`Thewholepatch:${path}`);
      expect((await world.run(["apply", onlyJob(world), "--yes"])).exitCode).toBe(0);
      expect(readFileSync(join(world.workspace, "a.txt"), "utf8")).toContain(secret);
    },
  );

  verifies("delegate.checks", "runs no check that the repository names, before or at apply", async () => {
    const world = await startCliWorld(() => sequence(command("echo two > a.txt"), message("Done.")), {
      committed: { ...committed, ".tandem/config.toml": 'delegate_checks = ["exit 1"]\n' },
    });
    const { envelope } = await world.run([...name, "Change it"], withPrograms);
    expect(envelope).toMatchObject({ ok: true });
    expect(envelope.evidence).toBeUndefined();
    const applied = await world.run(["apply", onlyJob(world), "--yes", "--json"], withPrograms);
    expect(applied.envelope).toMatchObject({ ok: true });
    expect(applied.envelope.evidence).toBeUndefined();
  });

  verifies("delegate.checks", "is checked before and after in clean copies, in the sandbox", async () => {
    const line = "echo broken > a.txt; echo x > test/b.test.ts; echo lies > ignored.log";
    const world = await startCliWorld(() => sequence(command(line), message("All green.")), {
      committed: { ...committed, ".gitignore": "*.log\n" },
    });
    const outside = join(world.home, "outside");
    const shared = join(await temporaryFolder(), "x");
    const check = `pwd; test ! -e ignored.log && grep -q one a.txt; code=$?; touch ${outside} ${shared}; echo s > $TMPDIR/s; exit $code`;
    const { exitCode, envelope } = await world.run([...name, "--check", check, "Change it"], withPrograms);
    expect(envelope.evidence?.map(({ check: what, status }) => [what.slice(0, 7), status])).toEqual([
      ["before:", "passed"],
      ["after: ", "failed"],
    ]);
    expect(exitCode).toBe(1);
    expect(existsSync(outside)).toBe(false);
    expect(existsSync(shared)).toBe(false);
    expect(world.model.requests).toHaveLength(2);
    expect(envelope.patch?.files.find(({ path }) => path === "test/b.test.ts")?.decides).toBe("test");
    expect(envelope.coverage?.omitted).toEqual([{ path: "ignored.log", reason: "ignored by git" }]);
    expect(readdirSync(join(world.stateRoot, "worktrees", envelope.job?.id ?? ""))).not.toContain("clean");
  });

  verifies("delegate.checks", "keeps the keys of the person from its checks", async () => {
    const world = await startCliWorld(() => sequence(command("true"), message("Done.")), { committed });
    const environment = { ...withPrograms.environment, SOME_API_KEY: "canary" };
    const { envelope } = await world.run([...name, "--check", 'test -z "$SOME_API_KEY"', "Change it"], {
      environment,
    });
    expect(envelope.evidence).toMatchObject([{ status: "passed" }]);
  });

  verifies("delegate.checks", "takes a check along when its owner is killed", async () => {
    const world = await startCliWorld(() => message("never"), { committed });
    const check = 'case "$SOME_VALUE" in canary-*) exec sleep 1000 ;; esac';
    const environment = {
      ...withPrograms.environment,
      TANDEM_ENVIRONMENT_ALLOW: "SOME_VALUE",
      SOME_VALUE: "canary-1234",
    };
    const started = world.start([...name, "--check", check, "Change it"], { environment });
    await until(() => world.processes().some((line) => /^\d+ sleep 1000$/.test(line)));
    // Its variables have come, and no list of processes shows their values.
    expect(world.processes().join("\n")).not.toContain("canary-1234");
    kill(world.records()[0]?.owner?.pid);
    const { envelope } = await started.ended;
    expect(envelope).toMatchObject({ ok: false, error: { kind: "broker_lost" } });
    await until(() => world.processes().length === 0);
    expect(world.model.requests).toEqual([]);
  });

  verifies(
    "delegate.refused",
    "is refused where there is nothing to start from, before any spend",
    async () => {
      const world = await startCliWorld(() => sequence(message("never")));
      const outside = await world.run([...name, "Change it"]);
      expect(outside.envelope).toMatchObject({ error: { kind: "not_a_git_repo" } });
      git(world.workspace, "init", "--quiet", "--initial-branch=main");
      const unborn = await world.run([...name, "Change it"]);
      expect(unborn.envelope).toMatchObject({
        error: { kind: "bad_revision", repair: { command: "git commit --allow-empty -m Start" } },
      });
      expect(unborn.exitCode).toBe(2);
      writeFileSync(join(world.workspace, ".gitattributes"), "*.big filter=lfs\n");
      writeFileSync(join(world.workspace, "x.big"), "pointer\n");
      git(world.workspace, "add", "--all");
      git(world.workspace, "commit", "--quiet", "--message=First");
      const started = join(await temporaryFolder(), "filter");
      git(world.workspace, "config", "filter.lfs.clean", `touch ${started}; cat`);
      git(world.workspace, "config", "filter.lfs.required", "true");
      writeFileSync(join(world.workspace, "x.big"), "the real thing\n");
      const filtered = await world.run([...name, "Change it"]);
      expect(filtered.envelope).toMatchObject({ ok: false, error: { kind: "input_unreadable" } });
      expect(filtered.envelope.error?.message).toContain("passes through the git filter lfs");
      expect(existsSync(started)).toBe(false);
      const { id = "" } = filtered.envelope.job ?? {};
      expect(hasWorktree(world.stateRoot, id)).toBe(false);
      const tiered = await world.run([...name, "--tier", "read-only", "Change it"]);
      expect(tiered.envelope).toMatchObject({ error: { kind: "usage" } });
      expect(world.model.requests).toEqual([]);
    },
  );
});

describe("tandem apply", () => {
  verifies("apply.asks", "changes nothing that nobody confirmed, and says what it would do", async () => {
    const world = await startCliWorld(() => sequence(command("echo two > a.txt"), message("Done.")), {
      committed,
    });
    const { envelope } = await world.run([...name, "Change it"], withPrograms);
    const before = stateOf(world.workspace);
    const asked = await world.run(["apply", envelope.job?.id ?? "", "--json"]);
    expect(asked.exitCode).toBe(2);
    expect(asked.envelope.error?.message).toContain("a.txt (modified)");
    expect(stateOf(world.workspace)).toEqual(before);
  });

  verifies(
    "apply.check",
    "takes the patch back when a check fails with it, and keeps it when it passes",
    async () => {
      const world = await startCliWorld(
        () => sequence(command("echo two > a.txt; echo d > d.txt"), message("Done.")),
        {
          committed,
        },
      );
      const { envelope } = await world.run([...name, "Change it"], withPrograms);
      const id = envelope.job?.id ?? "";
      const before = stateOf(world.workspace);
      const failed = await world.run(
        ["apply", id, "--yes", "--json", "--check", "grep -q one a.txt"],
        withPrograms,
      );
      expect(failed.envelope).toMatchObject({ ok: false, error: { kind: "verification_failed" } });
      expect(failed.exitCode).toBe(1);
      expect(stateOf(world.workspace)).toEqual(before);
      const passed = await world.run(
        ["apply", id, "--yes", "--json", "--only", "a.txt", "--check", "grep -q two a.txt"],
        withPrograms,
      );
      expect(passed.exitCode).toBe(0);
      expect(existsSync(join(world.workspace, "d.txt"))).toBe(false);
      expect(readFileSync(join(world.workspace, "a.txt"), "utf8")).toBe("two\n");
      // The stored result says what holds now.
      writeFileSync(join(world.workspace, "d.txt"), "in the way\n");
      expect((await world.run(["result", id, "--json"])).envelope.patch?.applies).toBe(false);
    },
  );
});
