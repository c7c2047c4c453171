import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Envelope } from "../../src/domain/envelope.ts";
import type { JobRecord } from "../../src/domain/job.ts";
import { createRehearsalHome, type RehearsalHomeOptions } from "../../src/rehearsal/rehearsal-home.ts";
import type { Entry } from "../../src/rehearsal/script.ts";
import type { ImageScript } from "../../src/rehearsal/scripted-images.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/rehearsal/scripted-model.ts";
import { codexBinary } from "../rehearsal/codex-exec.ts";
import {
  bundleCli,
  type CliOptions,
  type CliProcess,
  type CliResult,
  startCli,
  toolFolder,
} from "./cli-program.ts";
import { testEnvironment } from "./environment.ts";
import { makeHome } from "./homes.ts";
import { findLeftovers } from "./leftovers.ts";
import { entriesOf } from "./stored-jobs.ts";

export type { CliProcess, CliResult } from "./cli-program.ts";

export type Files = Readonly<Record<string, string | Buffer>>;

export interface CliWorldOptions {
  /** Files of the first commit; without it the workspace is a plain folder. */
  readonly committed?: Files;
  /** Files that are written after it and not committed. */
  readonly changed?: Files;
  /** How the user's Codex is configured, beside the provider that is the scripted model. */
  readonly codex?: Partial<RehearsalHomeOptions>;
  /** What the image tool of Codex is answered with. */
  readonly images?: ImageScript;
}

export type CliRunOptions = Partial<Omit<CliOptions, "environment">> & {
  /** Added to the environment; undefined removes a variable. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
};

/** A user with a Codex that speaks to the scripted model, a state folder, a folder to work in, and the command line. */
export interface CliWorld {
  readonly model: ScriptedModel;
  readonly codexHome: string;
  readonly stateRoot: string;
  readonly home: string;
  readonly workspace: string;
  /** The program of the command line. */
  readonly program: string;
  /** What it gets beside `run`'s own, for whatever else starts it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs a command to its end. */
  run(argumentsList: readonly string[], options?: CliRunOptions): Promise<CliResult>;
  start(argumentsList: readonly string[], options?: CliRunOptions): CliProcess;
  /** The stored records of all jobs, oldest first, as they lie on the disk. */
  records(): readonly JobRecord[];
  /** The stored result of a job. */
  storedResult(id: string): Envelope;
  /** Command lines of the processes that belong to this world: the command line itself, Codex, and what Codex started. */
  processes(): readonly string[];
}

/** Makes a world that ends with the test. Nothing of the person's own is in it. `script` is given the folder of the workspace. */
export async function startCliWorld(
  script: (workspace: string) => Entry,
  options: CliWorldOptions = {},
): Promise<CliWorld> {
  const program = await bundleCli();
  const workspace = await realpath(await mkdtemp(join(tmpdir(), "tandem-cli-")));
  const model = await startScriptedModel(
    script(workspace),
    options.images === undefined ? {} : { images: options.images },
  );
  const codexHome = await createRehearsalHome(makeHome("codex"), {
    baseUrl: model.baseUrl,
    requestRetries: 0,
    streamRetries: 0,
    ...options.codex,
  });
  const stateRoot = makeHome("state");
  const environment: Record<string, string> = {
    ...testEnvironment(),
    PATH: toolFolder(),
    CODEX_HOME: codexHome,
    TANDEM_HOME: stateRoot,
    TANDEM_CODEX: codexBinary(),
    // A process for each job: a broker would outlive the test. Tests of the broker take it away.
    TANDEM_DIRECT: "true",
  };
  const started: CliProcess[] = [];
  onTestFinished(async () => {
    for (const { child } of started) child.kill("SIGKILL");
    await Promise.all(started.map(async ({ ended }) => ended));
    await model.close();
    await rm(workspace, { recursive: true, force: true, maxRetries: 5 });
  });
  if (options.committed !== undefined) await makeRepository(workspace, options.committed);
  await writeFiles(workspace, options.changed ?? {});
  const start: CliWorld["start"] = (argumentsList, run = {}) => {
    const changed = Object.entries({ ...environment, ...run.environment });
    const child = startCli(program, argumentsList, {
      cwd: workspace,
      ...run,
      environment: Object.fromEntries(
        changed.filter((entry): entry is [string, string] => entry[1] !== undefined),
      ),
    });
    started.push(child);
    return child;
  };
  return {
    model,
    codexHome,
    stateRoot,
    home: environment["HOME"] ?? "",
    workspace,
    program,
    environment,
    run: async (argumentsList, run) => start(argumentsList, run).ended,
    start,
    records: () => readRecords(stateRoot),
    storedResult: (id) => readJson(join(stateRoot, "jobs", id, "result.json")) as Envelope,
    processes: () =>
      // 0 is nobody's parent here: the command line itself counts too.
      [
        ...new Set(
          [codexHome, stateRoot, workspace]
            .flatMap((place) => findLeftovers(place, 0))
            .map(({ pid, command }) => `${pid} ${command}`),
        ),
      ],
  };
}

/** Runs git in a folder as somebody without any configuration of their own. */
export function git(folder: string, ...words: readonly string[]): string {
  return execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@example.invalid", ...words], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
    },
  });
}

export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** Does the same for every item, a few at a time, and gives the results in the items' order. */
export async function inTurn<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  body: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = [...items.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      results[next[0]] = await body(next[1], next[0]);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

/** Every file below a folder, relative to it. */
export function filesBelow(folder: string): readonly string[] {
  const below = (inside: string): readonly string[] =>
    entriesOf(join(folder, inside)).flatMap((entry) => {
      const path = join(inside, entry.name);
      return entry.isDirectory() ? below(path) : [path];
    });
  return below("").toSorted();
}

/** The records of Codex's threads in a CODEX_HOME. */
export function rollouts(codexHome: string): readonly string[] {
  return [...filesBelow(join(codexHome, "sessions")), ...filesBelow(join(codexHome, "archived_sessions"))];
}

async function makeRepository(folder: string, files: Files): Promise<void> {
  await writeFiles(folder, files);
  git(folder, "init", "--quiet", "--initial-branch=main");
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--allow-empty", "--message=First");
}

function readRecords(stateRoot: string): readonly JobRecord[] {
  const jobs = join(stateRoot, "jobs");
  if (!existsSync(jobs)) return [];
  // One that is being made or removed at this moment has a folder and no record.
  return readdirSync(jobs)
    .sort()
    .map((id) => join(jobs, id, "job.json"))
    .flatMap((path) => (existsSync(path) ? [readJson(path) as JobRecord] : []));
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
