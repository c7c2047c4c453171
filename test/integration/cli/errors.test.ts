import { readdirSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, vi } from "vitest";
import type { ErrorKind } from "../../../src/domain/errors/tandem-error.ts";
import { httpError } from "../../../src/rehearsal/faults.ts";
import { message } from "../../../src/rehearsal/replies.ts";
import { type CliRunOptions, type CliWorld, inTurn, startCliWorld } from "../../support/cli-world.ts";
import { verifies } from "../../support/requirements.ts";

/** One thing that is wrong. */
interface Wrong {
  readonly words: readonly string[];
  readonly options?: CliRunOptions;
  readonly kind: ErrorKind;
  readonly exitCode: number;
  /** A part of the message or of the way out. */
  readonly says: string;
}

const committed = { "a.txt": "one\n" };
const changed = {
  "a.txt": "two\n",
  "plain/x.txt": "x\n",
  "latin1.txt": Buffer.from([0x63, 0x61, 0x66, 0xe9]),
  "large.txt": "x".repeat(200_001),
  "half.txt": "y".repeat(600_000),
  "empty.md": " \n",
};

describe("bad input", () => {
  const usage = (words: readonly string[], says: string): Wrong => ({
    words,
    kind: "usage",
    exitCode: 2,
    says,
  });

  verifies("cli.errors", "on the command line is refused before anything starts", async () => {
    const world = await startCliWorld(() => message("Nobody asks me."), { committed, changed });
    await eachIsRefused(world, [
      usage(["consult", "--bogus", "Q"], "Unknown option '--bogus'"),
      usage(["review", "--bose", "main"], "Did you mean --base?"),
      usage(["reveiw"], "Did you mean `tandem review`?"),
      usage(["frobnicate", "--all"], 'no command "frobnicate"'),
      usage(["consult", "One", "two"], "put it in quotes"),
      usage(["review", "the", "parser"], "--focus"),
      usage(["consult", "One", "--prompt-file", "a.txt"], "Give one"),
      usage(["consult", ""], "The question is empty"),
      usage(["consult", "--prompt-file", "empty.md"], "The question is empty"),
      usage(["consult"], "The question is empty"),
      usage(["consult", "Q", "--model"], "argument missing"),
      usage(["consult", "Q", "--file", ""], "must not be empty"),
      usage(["consult", "Q", "--timeout", "5 parsecs"], "--timeout"),
      usage(["consult", "Q", "--effort", "VERY HIGH"], "--effort"),
      usage(["consult", "Q", "--cwd", "nowhere"], join(world.workspace, "nowhere")),
      usage(["consult", "Q", "--cwd", "a.txt"], "is not a folder"),
      usage(["consult", "Q", "-c", "no equals sign"], "KEY=VALUE"),
      usage(["consult", "Q", "--profile", "../x"], "--profile"),
      usage(["review", "--tier", "write"], "Allowed choices are read-only"),
      usage(["review", "--tier", "workspace-write"], "always read-only"),
      usage(["review", "--approvals", "ask"], "never asks for approval"),
      usage(["adversarial-review", "--approvals", "ask"], "never asks for approval"),
      usage(["consult", "Q", "--approvals", "ask", "--engine", "exec"], "which never asks"),
      usage(["consult", "Q", "--approvals", "ask", "--isolation", "ignore-rules"], "which never asks"),
      usage(["review", "--fail-on", "awful"], "Allowed choices are critical"),
      usage(["review", "--scope", "everything"], "Allowed choices are auto"),
      usage(["review", "--scope", "commit"], "needs a commit"),
      usage(["review", "--scope", "staged", "--base", "main"], "means nothing with scope staged"),
      usage(["review", "--base", "main", "--commit", "HEAD"], "cannot be given together"),
      usage(["review", "main"], "Too many arguments"),
      usage(["status", "one", "two"], "Too many arguments"),
    ]);
  });

  verifies("cli.errors", "in two formats at once is refused, in one of them", async () => {
    const world = await startCliWorld(() => message("Nobody asks me."));
    const result = await world.run(["consult", "Q", "--json", "--format", "text"]);
    expect(result).toMatchObject({ exitCode: 2, envelope: { error: { kind: "usage" } } });
    expect(world.records()).toEqual([]);
  });

  verifies("cli.errors", "in the settings is refused, with the place where it stands", async () => {
    const world = await startCliWorld(() => message("Nobody asks me."));
    const userFile = join(world.home, ".config", "codex-tandem", "config.toml");
    const named = join(world.home, "named.toml");
    await mkdir(dirname(userFile), { recursive: true });
    await writeFile(userFile, 'stall = "soon"\n');
    await writeFile(named, "modle = 1\n");
    const withUserFile: CliRunOptions = { environment: { TANDEM_CONFIG: undefined } };
    const set = (name: string, value: string): CliRunOptions => ({
      environment: { TANDEM_CONFIG: "", [name]: value },
    });
    await eachIsRefused(world, [
      { ...usage(["consult", "Q"], userFile), options: withUserFile },
      { ...usage(["status"], userFile), options: withUserFile },
      { ...usage(["consult", "Q"], "did you mean model?"), options: set("TANDEM_CONFIG", named) },
      {
        ...usage(["consult", "Q"], "does not exist"),
        options: set("TANDEM_CONFIG", join(world.home, "gone.toml")),
      },
      { ...usage(["consult", "Q"], "must be an absolute path"), options: set("TANDEM_HOME", "state") },
    ]);
    await writeFile(userFile, "");
    await eachIsRefused(world, [
      { ...usage(["consult", "Q"], "TANDEM_STALL"), options: set("TANDEM_STALL", "soon") },
      { ...usage(["review"], "TANDEM_TIMEOUT_REVIEW"), options: set("TANDEM_TIMEOUT_REVIEW", "9999d") },
      {
        ...usage(["consult", "Q"], "TANDEM_ALLOW_FULL_ACCESS is not accepted"),
        options: set("TANDEM_ALLOW_FULL_ACCESS", "1"),
      },
    ]);
  });

  verifies("cli.errors", "that cannot be read or is too large is refused", async () => {
    const world = await startCliWorld(() => message("Nobody asks me."), { committed, changed });
    const wide: CliRunOptions = { environment: { TANDEM_INPUT_BYTE_CAP: "1000000" } };
    const unreadable = (...words: readonly string[]): Wrong => ({
      words: ["consult", ...words],
      kind: "input_unreadable",
      exitCode: 2,
      says: join(world.workspace, words.at(-1) ?? ""),
    });
    const large = (words: readonly string[], says: string, options: CliRunOptions = {}): Wrong => ({
      words: ["consult", ...words],
      kind: "input_too_large",
      exitCode: 2,
      says,
      options,
    });
    await eachIsRefused(world, [
      unreadable("Q", "--file", "gone.txt"),
      unreadable("Q", "--file", "plain"),
      unreadable("Q", "--file", "latin1.txt"),
      unreadable("--prompt-file", "gone.md"),
      unreadable("--prompt-file", "plain"),
      unreadable("--prompt-file", "latin1.txt"),
      large(["--prompt-file", "large.txt"], "200001 bytes; the limit is 200000"),
      large([], "200001 bytes; the limit is 200000", { input: "x".repeat(200_001) }),
      large(["Q", "--file", "large.txt"], "large.txt has 200001 bytes"),
      large(["--prompt-file", "half.txt", "--file", "half.txt"], "the limit is 1048576", wide),
      {
        words: ["consult", "-"],
        options: { input: Buffer.from([0xff, 0xfe, 0x41]) },
        kind: "input_unreadable",
        exitCode: 2,
        says: "not UTF-8",
      },
      {
        words: ["review", "--path", "a.txt", "--path", "gone"],
        kind: "input_unreadable",
        exitCode: 2,
        says: "Cannot read gone: there is no such file",
      },
      {
        words: ["review", "--scope", "paths", "--path", "gone"],
        kind: "input_unreadable",
        exitCode: 2,
        says: "gone",
      },
    ]);
  });

  verifies("cli.errors", "for git is refused: no repository, no such revision", async () => {
    const world = await startCliWorld(() => message("Nobody asks me."), { committed });
    const outside = world.home;
    const bad = (...words: readonly string[]): Wrong => ({
      words: ["review", ...words],
      kind: "bad_revision",
      exitCode: 2,
      says: words.at(-1) ?? "",
    });
    await eachIsRefused(world, [
      { words: ["review"], options: { cwd: "/" }, kind: "not_a_git_repo", exitCode: 2, says: "--cwd" },
      { words: ["review", "--cwd", "/"], kind: "not_a_git_repo", exitCode: 2, says: "--cwd" },
      {
        words: ["review", "--dry-run"],
        options: { cwd: "/" },
        kind: "not_a_git_repo",
        exitCode: 2,
        says: "--cwd",
      },
      bad("--base", "no-such-branch"),
      bad("--commit", "0123456789012345678901234567890123456789"),
      bad("--base", "--output=pwned"),
      bad("--commit", "HEAD:a.txt"),
    ]);
    expect(readdirSync(world.workspace).toSorted()).toEqual([".git", "a.txt"]);
    expect(outside).not.toBe("");
  });
});

describe("a Codex that cannot be used", () => {
  verifies(
    "cli.errors",
    "is told before anything starts, with what was searched and how to go on",
    async () => {
      const world = await startCliWorld(() => message("Nobody asks me."));
      const [old, mute] = [join(world.home, "old-codex"), join(world.home, "mute-codex")];
      await writeFile(old, "#!/bin/sh\necho codex-cli 0.100.0\n", { mode: 0o755 });
      await writeFile(mute, "#!/bin/sh\nexit 7\n", { mode: 0o755 });
      const named = (path: string): CliRunOptions => ({ environment: { TANDEM_CODEX: path } });
      const missing = (path: string, says: string): Wrong => ({
        words: ["consult", "Q"],
        options: named(path),
        kind: "codex_not_installed",
        exitCode: 3,
        says,
      });
      await eachIsRefused(world, [
        missing("/no/such/codex", "/no/such/codex"),
        missing(world.workspace, "not a file that can be run"),
        missing("codex", "not an absolute path"),
        missing(mute, "exit code 7"),
        {
          words: ["consult", "Q"],
          options: named(old),
          kind: "codex_unsupported",
          exitCode: 3,
          says: "TANDEM_ALLOW_UNSUPPORTED_CODEX=1",
        },
        ...(hasCodex()
          ? []
          : [
              {
                words: ["consult", "Q"],
                options: { environment: { TANDEM_CODEX: undefined, PATH: "" } },
                kind: "codex_not_installed",
                exitCode: 3,
                says: "npm install --global @openai/codex",
              } as const,
            ]),
      ]);
    },
  );

  verifies("cli.errors", "for its configuration or its home says what is wrong there", async () => {
    const world = await startCliWorld(() => message("Nobody asks me."));
    const home = join(world.home, "odd");
    const config = join(home, "config.toml");
    const inHome = (place: string): CliRunOptions => ({ environment: { CODEX_HOME: place } });
    await mkdir(home);
    await writeFile(config, "model = [broken");
    const broken = (...words: readonly string[]): Wrong => ({
      words: ["consult", "Q", ...words],
      options: inHome(home),
      kind: "config_rejected",
      exitCode: 2,
      says: "unclosed array",
    });
    const absent: Wrong = {
      words: ["consult", "Q"],
      options: inHome(join(home, "none")),
      kind: "usage",
      exitCode: 2,
      says: "CODEX_HOME names",
    };
    await eachIsRefused(world, [
      broken(),
      broken("--engine", "exec"),
      broken("--model", "gpt-5.5"),
      absent,
      { ...absent, options: inHome(config) },
    ]);
  });

  verifies(
    "cli.errors",
    "for want of a login is told after the provider's first answer, with the thread",
    async () => {
      const world = await startCliWorld(() => httpError(401));
      const [json, text] = await Promise.all([
        world.run(["consult", "--json", "Q"]),
        world.run(["consult", "Q"]),
      ]);
      expect(json.exitCode).toBe(3);
      expect(json.envelope).toMatchObject({
        ok: false,
        error: { kind: "not_logged_in", repair: { command: "codex login" } },
        job: { status: "failed" },
      });
      expect(json.envelope.run?.thread).toMatch(/^[0-9a-f-]{36}$/);
      expect(text).toMatchObject({ exitCode: 3, stdout: "" });
      expect(text.stderr).toMatch(/^job \S+\n[\s\S]*Error \(not_logged_in\)/);
      expect(world.records().map(({ status }) => status)).toEqual(["failed", "failed"]);
    },
  );

  verifies(
    "cli.errors",
    "with the model or effort that was asked for says so before a turn is started",
    async () => {
      const world = await startCliWorld(() => message("Nobody asks me."));
      // Only of its built-in provider Codex knows every model.
      const builtIn = `model = "gpt-5.5"\nopenai_base_url = "${world.model.baseUrl}"\n[features]\nplugins = false\n`;
      await writeFile(join(world.codexHome, "config.toml"), builtIn);
      const unavailable = (words: readonly string[], says: string): Wrong => ({
        words: ["consult", "Q", ...words],
        kind: "model_unavailable",
        exitCode: 2,
        says,
      });
      await eachIsRefused(world, [
        unavailable(["--model", "gpt-nonsense"], "gpt-5.5"),
        unavailable(["--effort", "silly"], "medium"),
      ]);
    },
  );
});

describe("a state folder", () => {
  verifies("cli.errors", "that cannot be written is told before anything starts", async () => {
    const world = await startCliWorld(() => message("Nobody asks me."));
    const file = join(world.home, "file");
    await writeFile(file, "");
    await mkdir(join(world.home, "open"), { mode: 0o777 });
    const under = (path: string): CliRunOptions => ({ environment: { TANDEM_HOME: path } });
    await eachIsRefused(world, [
      {
        words: ["consult", "Q"],
        options: under(join(file, "state")),
        kind: "state_unwritable",
        exitCode: 2,
        says: file,
      },
      { words: ["consult", "Q"], options: under(file), kind: "state_unwritable", exitCode: 2, says: file },
      {
        words: ["consult", "Q"],
        options: under("/proc/tandem"),
        kind: "state_unwritable",
        exitCode: 2,
        says: "/proc",
      },
    ]);
  });
});

/** Each is told once, in text and as JSON, with its exit code and a way out; nothing is sent and no job stays open. */
async function eachIsRefused(world: CliWorld, cases: readonly Wrong[]): Promise<void> {
  const outcomes = await inTurn(cases, 4, async ({ words, options = {} }) => {
    // The option comes first: one at the end would become the value of an option that lacks its own.
    const [command = "", ...rest] = words;
    const json = await world.run([command, "--json", ...rest], options);
    const text = await world.run(words, options);
    const { error } = json.envelope;
    return {
      words,
      kind: error?.kind,
      exitCodes: [json.exitCode, text.exitCode],
      told: `${error?.message}\n${error?.repair.say}\n${error?.repair.command ?? ""}`,
      // The job's id may have been told; nothing else.
      jsonOnStderr: json.stderr.replace(/^job \S+\n/, ""),
      textOnStdout: text.stdout,
      errorsInText: text.stderr.match(/^Error \((\w+)\)/gm),
    };
  });
  expect(outcomes).toEqual(
    cases.map(({ words, kind, exitCode, says }) => ({
      words,
      kind,
      exitCodes: [exitCode, exitCode],
      told: expect.stringContaining(says),
      jsonOnStderr: "",
      textOnStdout: "",
      errorsInText: [`Error (${kind})`],
    })),
  );
  expect(world.model.requests).toEqual([]);
  expect(world.records().filter(({ status }) => status === "queued" || status === "running")).toEqual([]);
  // A runner that was started early ends by itself when its command is gone.
  await vi.waitFor(() => expect(world.processes()).toEqual([]), { timeout: 20_000 });
}

/** Whether this machine has a Codex of its own where installers put it; then none can be missing. */
function hasCodex(): boolean {
  return [dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/opt/homebrew/bin"].some((folder) => {
    try {
      return readdirSync(folder).includes("codex");
    } catch {
      return false;
    }
  });
}
