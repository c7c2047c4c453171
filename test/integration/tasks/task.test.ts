import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, watch } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, vi } from "vitest";
import { gate } from "../../../src/rehearsal/gate.ts";
import { command, message } from "../../../src/rehearsal/replies.ts";
import { asks, firstOf, sequence, when } from "../../../src/rehearsal/script.ts";
import { rollouts, startCliWorld, writeFiles } from "../../support/cli-world.ts";
import { makeHome } from "../../support/homes.ts";
import { verifies } from "../../support/requirements.ts";

const committed = { "a.txt": "old\n" };
const sandboxFolders = [".codex", ".agents", ".aws"];

function leftovers(...folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    sandboxFolders.map((name) => join(folder, name)).filter((path) => existsSync(path)),
  );
}

/** Resolves when the file is there. */
async function appears(path: string): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = () => {
      if (!existsSync(path)) return;
      watcher.close();
      resolve();
    };
    const watcher = watch(dirname(path), look);
    look();
  });
}

for (const engine of ["app-server", "exec"]) {
  const name = ["task", "--json", "--engine", engine];

  describe(`a task, ${engine}`, () => {
    verifies("task.read_only", "changes nothing unless it may, and says that --write lets it", async () => {
      const script = () => sequence(command("touch x; echo new > a.txt"), message("Done."));
      const world = await startCliWorld(script, { committed });
      const { exitCode, envelope } = await world.run([...name, "Change it"]);
      expect(exitCode).toBe(0);
      expect(envelope).toMatchObject({
        ok: true,
        kind: "task",
        answer: "Done.",
        run: {
          engine,
          tier: "read-only",
          sandbox: { requested: "read-only", effective: "read-only" },
          network: false,
        },
      });
      expect(envelope.run?.warnings).toEqual([
        "The sandbox refused a write (touch x; echo new > a.txt): --write lets it change this folder.",
      ]);
      expect(readdirSync(world.workspace).toSorted()).toEqual([".git", "a.txt"]);
      expect(readFileSync(join(world.workspace, "a.txt"), "utf8")).toBe("old\n");
    });

    verifies("task.write", "with --add-dir writes there as well, and only there", async () => {
      const [opened, closed] = [makeHome("opened"), makeHome("closed")];
      const line = `echo x > ${opened}/x; echo x > a.txt; touch ${closed}/x; sleep 0.3`;
      const world = await startCliWorld(() => sequence(command(line), message("Done.")), { committed });
      const before = readFileSync(join(world.codexHome, "config.toml"));
      const { exitCode } = await world.run([...name, "--write", "--add-dir", opened, "Change it"]);
      expect(exitCode).toBe(0);
      expect(readdirSync(opened)).toEqual(["x"]);
      expect(readdirSync(closed)).toEqual([]);
      expect(readFileSync(join(world.workspace, "a.txt"), "utf8")).toBe("x\n");
      expect(leftovers(world.workspace, opened)).toEqual([]);
      expect(readFileSync(join(world.codexHome, "config.toml")).equals(before)).toBe(true);
    });

    verifies("task.theirs", "that is cancelled in a command leaves no folder, process or trust", async () => {
      const script = () => sequence(command("echo x > running; sleep 60"), message("never"));
      const world = await startCliWorld(script, { committed });
      const before = readFileSync(join(world.codexHome, "config.toml"));
      const task = world.start([...name, "--write", "Change it"]);
      await appears(join(world.workspace, "running"));
      // What is to be removed later is there now.
      expect(leftovers(world.workspace)).not.toEqual([]);
      task.child.kill("SIGINT");
      const { exitCode, envelope } = await task.ended;
      expect(exitCode).toBe(130);
      expect(envelope).toMatchObject({
        ok: false,
        error: { kind: "cancelled" },
        job: { status: "cancelled" },
      });
      expect(leftovers(world.workspace)).toEqual([]);
      expect(readdirSync(world.workspace).toSorted()).toEqual([".git", "a.txt", "running"]);
      expect(readFileSync(join(world.codexHome, "config.toml")).equals(before)).toBe(true);
      await vi.waitFor(() => expect(world.processes()).toEqual([]), { interval: 20 });
    });
  });
}

describe("a task", () => {
  verifies(
    "task.theirs",
    "that is cancelled outside of a repository leaves no folder there either",
    async () => {
      const script = () => sequence(command("echo x > running; sleep 60"), message("never"));
      const world = await startCliWorld(script);
      const [folder, opened] = [makeHome("plain"), makeHome("opened")];
      const task = world.start(["task", "--json", "--write", "--add-dir", opened, "Change it"], {
        cwd: folder,
      });
      await appears(join(folder, "running"));
      expect(readdirSync(opened)).not.toEqual([]);
      task.child.kill("SIGINT");
      expect((await task.ended).exitCode).toBe(130);
      expect([readdirSync(folder), readdirSync(opened)]).toEqual([["running"], []]);
    },
  );

  verifies(
    "task.write",
    "with --write changes its tree, and nothing of git or of other folders",
    async () => {
      const outside = makeHome("outside");
      const line = `echo new > a.txt; touch .git/x; touch ${outside}/x; sleep 0.3`;
      const world = await startCliWorld(() => sequence(command(line), message("Done.")), { committed });
      const before = readFileSync(join(world.codexHome, "config.toml"));
      const { exitCode, envelope } = await world.run(["task", "--json", "--write", "Change it"]);
      expect(exitCode).toBe(0);
      expect(envelope.run).toMatchObject({
        tier: "workspace-write",
        sandbox: { requested: "workspace-write", effective: "workspace-write" },
      });
      expect(envelope.run?.warnings).toEqual([
        expect.stringMatching(
          /^The sandbox refused a write \(echo new .*\): --cwd works in another folder, --add-dir opens/,
        ),
      ]);
      expect(readFileSync(join(world.workspace, "a.txt"), "utf8")).toBe("new\n");
      expect(existsSync(join(world.workspace, ".git", "x"))).toBe(false);
      expect(readdirSync(outside)).toEqual([]);
      expect(readFileSync(join(world.codexHome, "config.toml")).equals(before)).toBe(true);
      expect(leftovers(world.workspace)).toEqual([]);
    },
  );

  verifies(
    "task.write",
    "with --add-dir and no right to write, or a folder that is none, is refused",
    async () => {
      const world = await startCliWorld(() => message("never"), { committed });
      for (const [words, problem] of [
        [["--add-dir", makeHome("unused")], /read-only/],
        [["--write", "--add-dir", "missing"], /missing cannot be used/],
        [["--write", "--add-dir", "a.txt"], /a\.txt is not a folder/],
      ] as const) {
        const { exitCode, envelope } = await world.run(["task", "--json", ...words, "Change it"]);
        expect(exitCode).toBe(2);
        expect(envelope.error).toMatchObject({ kind: "usage", message: expect.stringMatching(problem) });
      }
      expect(world.records()).toEqual([]);
    },
  );

  verifies("task.theirs", "keeps folders of these names that were there before", async () => {
    const world = await startCliWorld(() => sequence(command("echo x > a.txt"), message("Done.")), {
      committed,
    });
    for (const name of sandboxFolders) mkdirSync(join(world.workspace, name));
    await world.run(["task", "--json", "--write", "Change it"]);
    expect(leftovers(world.workspace)).toHaveLength(3);
  });
});

describe("two tasks that write", () => {
  verifies(
    "task.one_writer",
    "in one tree: the second is told who writes; elsewhere and for reading it is free",
    async () => {
      const held = gate();
      const world = await startCliWorld(
        () => firstOf(when(asks("Hold on"), message("First.", { after: held })), message("Other.")),
        { committed: { "a.txt": "old\n", "src/b.txt": "b\n" } },
      );
      const other = makeHome("other-tree");
      const link = join(makeHome("links"), "link");
      symlinkSync(world.workspace, link);
      const first = world.start(["task", "--json", "--write", "Hold on"]);
      const id = await first.job;
      await world.model.waitForRequest(1);
      const busy = await Promise.all([
        world.run(["task", "--json", "--write", "Me too"]),
        world.run(["task", "--json", "--write", "Me too"], { cwd: join(world.workspace, "src") }),
        world.run(["task", "--json", "--write", "--cwd", link, "Me too"], { cwd: other }),
        world.run(["task", "--json", "--write", "--add-dir", world.workspace, "Me too"], { cwd: other }),
      ]);
      for (const { exitCode, envelope } of busy) {
        expect(exitCode).toBe(2);
        expect(envelope.error).toMatchObject({
          kind: "workspace_busy",
          message: expect.stringContaining(id),
          retryable: true,
          repair: { command: `tandem status ${id}` },
        });
      }
      expect(world.model.requests).toHaveLength(1);
      const free = await Promise.all([
        world.run(["task", "--json", "Only read"]),
        world.run(["task", "--json", "--write", "Elsewhere"], { cwd: other }),
      ]);
      expect(free.map(({ envelope }) => envelope.answer)).toEqual(["Other.", "Other."]);
      held.open();
      expect((await first.ended).envelope).toMatchObject({ ok: true, answer: "First." });
      expect((await world.run(["task", "--json", "--write", "Now me"])).envelope.answer).toBe("Other.");
    },
  );
});

describe("what a task leaves", () => {
  verifies("task.thread_kept", "is one thread with its name, or none with --ephemeral", async () => {
    const world = await startCliWorld(() => message("Done."));
    const dropped = await world.run(["task", "--json", "--ephemeral", "Look at it"]);
    expect(dropped.exitCode).toBe(0);
    expect(rollouts(world.codexHome)).toEqual([]);
    const kept = await world.run(["task", "--json", "Look at it\nin detail"]);
    expect(rollouts(world.codexHome)).toEqual([expect.stringContaining(kept.envelope.run?.thread ?? "?")]);
    expect(kept.envelope.job?.title).toBe("Look at it");
  });

  verifies("task.thread_kept", "cannot be nothing when it may write or goes on with a thread", async () => {
    const world = await startCliWorld(() => message("never"));
    for (const words of [["--write"], ["--thread", "01a1fc55-0279-7f30-bed9-04205141e1f7"]]) {
      const { exitCode, envelope } = await world.run(["task", "--json", "--ephemeral", ...words, "Go"]);
      expect(exitCode).toBe(2);
      expect(envelope.error).toMatchObject({ kind: "usage", repair: { say: "Leave --ephemeral out." } });
    }
    expect(world.records()).toEqual([]);
  });
});

describe("a wider tier", () => {
  verifies(
    "task.wider",
    "--full-auto off a terminal is declined, and the hint says what to use",
    async () => {
      const world = await startCliWorld(() => message("never"));
      const { exitCode, envelope } = await world.run(["task", "--json", "--full-auto", "Go"], {
        input: "y\n",
      });
      expect(exitCode).toBe(2);
      expect(envelope.error).toMatchObject({
        kind: "usage",
        repair: { say: expect.stringContaining("--write") },
      });
      expect(world.records()).toEqual([]);
    },
  );

  verifies(
    "task.wider",
    "full access needs the flag and the user's own file, and is marked in the result",
    async () => {
      const outside = makeHome("outside");
      const world = await startCliWorld(() => sequence(command(`touch ${outside}/x`), message("Done.")), {
        committed,
      });
      const words = ["task", "--json", "--tier", "danger-full-access", "Go"];
      await writeFiles(world.workspace, { ".tandem/config.toml": "allow_full_access = true\n" });
      const refused = await world.run(words);
      expect(refused.exitCode).toBe(2);
      expect(refused.envelope.error).toMatchObject({
        kind: "usage",
        message: expect.stringContaining("allow_full_access"),
      });
      expect(world.model.requests).toEqual([]);
      const settings = makeHome("settings");
      await writeFiles(settings, { "config.toml": "allow_full_access = true\n" });
      const environment = { TANDEM_CONFIG: join(settings, "config.toml") };
      const combined = await world.run([...words.slice(0, -1), "--write", "Go"], { environment });
      expect(combined.envelope.error).toMatchObject({
        kind: "usage",
        message: expect.stringContaining("exclude each other"),
      });
      const { exitCode, envelope } = await world.run(words, { environment });
      expect(exitCode).toBe(0);
      expect(envelope.run).toMatchObject({
        tier: "danger-full-access",
        sandbox: { requested: "danger-full-access", effective: "danger-full-access" },
      });
      expect(readdirSync(outside)).toEqual(["x"]);
      // The setting alone widens nothing.
      const plain = await world.run(["task", "--json", "Go"], { environment });
      expect(plain.envelope.run?.tier).toBe("read-only");
    },
  );
});
