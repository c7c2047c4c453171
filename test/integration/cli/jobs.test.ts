import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { usageLimitReached } from "../../../src/rehearsal/faults.ts";
import { message } from "../../../src/rehearsal/replies.ts";
import { asks, firstOf, when } from "../../../src/rehearsal/script.ts";
import { type CliResult, startCliWorld } from "../../support/cli-world.ts";
import { readText } from "../../support/repository.ts";
import { verifies } from "../../support/requirements.ts";

const script = () => firstOf(when(asks("fail"), usageLimitReached()), message("Forty-two."));

describe("status", () => {
  verifies(
    "cli.status",
    "says that Codex can be used and lists the jobs of this folder, as text and as JSON",
    async () => {
      const world = await startCliWorld(script);
      const [empty, emptyText] = await Promise.all([world.run(["status", "--json"]), world.run(["status"])]);
      expect(empty).toMatchObject({ exitCode: 0, stderr: "" });
      expect(empty.envelope).toMatchObject({
        ok: true,
        kind: "status",
        jobs: [],
        readiness: { problems: [] },
      });
      expect(empty.envelope.readiness).toMatchObject({
        codex: { version: "0.169.0", range: "tested" },
        login: { kind: "none stored" },
        stateRoot: world.stateRoot,
      });
      expect(emptyText.stdout).toMatch(/^Ready\nCodex +0\.169\.0 /);
      expect(emptyText.stdout).toContain("No jobs here.");
      // A look around leaves no job folders behind.
      expect(world.records()).toEqual([]);

      const { envelope: run } = await world.run(["consult", "--json", "How many?"]);
      const { envelope } = await world.run(["status", "--json"]);
      expect(envelope.jobs).toMatchObject([
        { id: run.job?.id, status: "succeeded", title: "How many?", tokens: 120 },
      ]);
      const { stdout } = await world.run(["status"]);
      expect(stdout).toMatch(/Ended \(1\)\njob .*\n[a-z]{6} +consult +done .*How many\?\n$/);
      expect(world.model.requests).toHaveLength(1);
    },
  );

  verifies(
    "cli.status",
    "says what is wrong when Codex cannot be used, with exit code 3 and a way out",
    async () => {
      const world = await startCliWorld(script);
      const old = join(world.home, "codex");
      await writeFile(old, "#!/bin/sh\necho codex-cli 0.100.0\n", { mode: 0o755 });
      const [missing, tooOld, overridden, text] = await Promise.all([
        world.run(["status", "--json"], { environment: { TANDEM_CODEX: "/no/such/codex" } }),
        world.run(["status", "--json"], { environment: { TANDEM_CODEX: old } }),
        world.run(["status", "--json"], {
          environment: { TANDEM_CODEX: old, TANDEM_ALLOW_UNSUPPORTED_CODEX: "1" },
        }),
        world.run(["status"], { environment: { TANDEM_CODEX: "/no/such/codex" } }),
      ]);
      expect(missing.exitCode).toBe(3);
      expect(missing.envelope).toMatchObject({
        ok: false,
        readiness: { problems: [{ kind: "codex_not_installed" }] },
      });
      expect(tooOld.exitCode).toBe(3);
      expect(tooOld.envelope).toMatchObject({
        ok: false,
        readiness: { problems: [{ kind: "codex_unsupported" }] },
      });
      expect(overridden.exitCode).toBe(0);
      expect(overridden.envelope).toMatchObject({
        ok: true,
        readiness: { codex: { range: "older" }, problems: [] },
      });
      expect(text.exitCode).toBe(3);
      expect(text.stdout).toMatch(/^Not ready/);
      expect(text.stdout).toContain("TANDEM_CODEX");
    },
  );

  verifies("cli.status", "fits into 80 columns", async () => {
    const world = await startCliWorld(script, {});
    const long = `A question of many words ${"word ".repeat(30)}`;
    await Promise.all([
      world.run(["consult", long]),
      world.run(["consult", `Please fail: ${long}`]),
      world.run(["consult", "漢字".repeat(40)]),
    ]);
    const sibling = join(world.workspace, "a-folder-with-a-rather-long-name-beside-the-other-one");
    await mkdir(sibling);
    await world.run(["consult", "--title", long, "Q"], { cwd: sibling });
    const failed = world.records().find(({ status }) => status === "failed")?.id ?? "";
    const pages = await Promise.all(
      [["status"], ["status", "--all"], ["status", failed], ["result", failed], ["status", "zzz"]].map(
        async (words) => world.run(words),
      ),
    );
    const lines = pages.flatMap(({ stdout, stderr }) => `${stdout}${stderr}`.split("\n"));
    expect(lines.length).toBeGreaterThan(30);
    // A path is never broken, so that it can be copied.
    const tooWide = lines.filter((line) => width(line) > 80 && !/\S{50}/.test(line));
    expect(tooWide).toEqual([]);
  });
});

describe("tandem", () => {
  verifies(
    "cli.version",
    "says which build it is, and its fingerprint is the one that status gives",
    async () => {
      const world = await startCliWorld(script);
      const [version, short, json, status, whole, help] = await Promise.all(
        [["--version"], ["-V"], ["--version", "--json"], ["status", "--json"], ["--json", "status"], []].map(
          async (words) => world.run(words),
        ),
      );
      const { version: expected } = JSON.parse(readText("package.json")) as { readonly version: string };
      expect(version).toMatchObject({ exitCode: 0, stdout: `${expected}\n`, stderr: "" });
      expect(short?.stdout).toBe(`${expected}\n`);
      expect(json?.envelope).toMatchObject({
        ok: true,
        kind: "version",
        version: { tandem: { version: expected } },
      });
      expect(json?.envelope.version?.tandem.build).toMatch(/^[0-9a-f]{12}$/);
      expect(status?.envelope.readiness?.surface).toBe(json?.envelope.version?.surface);
      // Two programs answer `status`; they say the same.
      expect(whole?.envelope).toEqual(status?.envelope);
      expect(help).toMatchObject({ exitCode: 0, stderr: "" });
      expect(help?.stdout).toMatch(/^Usage: tandem/);
    },
  );
});

describe("a job", () => {
  verifies("cli.jobs", "is found by its id, a prefix or a suffix of it, from any folder", async () => {
    const world = await startCliWorld(script);
    const other = join(world.workspace, "other");
    await mkdir(other);
    const { envelope } = await world.run(["consult", "--json", "How many?"]);
    const id = envelope.job?.id ?? "";
    const names = [id, id.slice(-6), id.slice(-3), id.slice(0, 17), ` ${id.slice(-6).toUpperCase()} `];
    const results = await Promise.all(
      names.map(async (name) => world.run(["result", "--json", name], { cwd: other })),
    );
    for (const result of results) expect(result).toMatchObject({ exitCode: 0, envelope });
    const [status, text, newest, none] = await Promise.all([
      world.run(["status", "--json", id.slice(-6)], { cwd: other }),
      world.run(["result", id.slice(-6)], { cwd: other }),
      world.run(["result", "--json"]),
      world.run(["result", "--json"], { cwd: other }),
    ]);
    expect(status.envelope).toMatchObject({ ok: true, kind: "status", job: { id, status: "succeeded" } });
    expect(text.stdout).toMatch(/\n\nForty-two\.\n$/);
    expect(newest.envelope).toEqual(envelope);
    expect(none).toMatchObject({ exitCode: 2, envelope: { error: { kind: "job_not_found" } } });
    expect(world.model.requests).toHaveLength(1);
  });

  verifies(
    "cli.jobs",
    "that several names fit is not guessed, and one that none fits is not found",
    async () => {
      const world = await startCliWorld(script);
      const runs = await Promise.all(
        [1, 2].map(async (number) => world.run(["consult", "--json", `How many ${number}?`])),
      );
      const ids = runs.map(({ envelope }) => envelope.job?.id ?? "").toSorted();
      const hostile = ["../../etc/passwd", "*", "", "zzzzzz", "20".repeat(40)];
      for (const command of ["status", "result"]) {
        const ambiguous = await world.run([command, "--json", "20"]);
        expect(ambiguous).toMatchObject({ exitCode: 2, envelope: { error: { kind: "job_ambiguous" } } });
        for (const id of ids) expect(ambiguous.envelope.error?.message).toContain(id);
        const unknown = await Promise.all(
          hostile.map(async (name) => world.run([command, "--json", "--", name])),
        );
        expect(unknown.map(({ envelope }) => envelope.error?.kind)).toEqual(
          hostile.map(() => "job_not_found"),
        );
      }
    },
  );

  verifies(
    "cli.jobs",
    "of another folder is listed with --all only, and stands there with its folder",
    async () => {
      const world = await startCliWorld(script);
      const [one, two] = [join(world.workspace, "one"), join(world.workspace, "two")];
      await Promise.all([mkdir(one), mkdir(two)]);
      await Promise.all([one, two].map(async (cwd) => world.run(["consult", "Q"], { cwd })));
      const list = async (...words: readonly string[]) =>
        world.run(["status", "--json", ...words], { cwd: one });
      const [here, all] = await Promise.all([list(), list("--all")]);
      expect(folders(here)).toEqual([one]);
      expect(folders(all)).toEqual([one, two]);
      const { stdout } = await world.run(["status", "--all"], { cwd: one });
      expect(stdout).toMatch(/ one +Q\n/);
      expect(stdout).toMatch(/ two +Q\n/);
    },
  );

  verifies(
    "cli.jobs",
    "belongs to its own folder where an empty .git lies above, which Codex's sandbox leaves behind",
    async () => {
      const world = await startCliWorld(script);
      const below = join(world.workspace, "below");
      await Promise.all([mkdir(below), mkdir(join(world.workspace, ".git"))]);
      const { envelope } = await world.run(["consult", "--json", "Q"], { cwd: below });
      expect(envelope).toMatchObject({ ok: true, job: { workspace: below } });
    },
  );

  verifies("cli.jobs", "that failed shows its error again, with the exit code of its kind", async () => {
    const world = await startCliWorld(script);
    const failed = await world.run(["consult", "--json", "Please fail"]);
    expect(failed).toMatchObject({ exitCode: 4, envelope: { ok: false, error: { kind: "quota" } } });
    expect(failed.envelope.run?.thread).toMatch(/^[0-9a-f-]{36}$/);
    const [json, text, status] = await Promise.all([
      world.run(["result", "--json"]),
      world.run(["result"]),
      world.run(["status", "--json"]),
    ]);
    expect(json).toMatchObject({ exitCode: 4, envelope: failed.envelope });
    expect(text.exitCode).toBe(4);
    expect(text.stdout).toContain("Error (quota):");
    expect(text.stdout).toContain(`Kept: thread ${failed.envelope.run?.thread}`);
    expect(status).toMatchObject({ exitCode: 0, envelope: { ok: true, jobs: [{ status: "failed" }] } });
  });
});

function folders({ envelope }: CliResult): readonly string[] {
  return (envelope.jobs ?? []).map(({ workspace }) => workspace).toSorted();
}

/** Columns on a terminal; East Asian characters take two. */
function width(line: string): number {
  return Array.from(line).reduce(
    (sum, character) => sum + (/[\u1100-\uffe6]/.test(character) && !/[…·’“”]/.test(character) ? 2 : 1),
    0,
  );
}
