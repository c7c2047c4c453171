import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, vi } from "vitest";
import { listProcesses } from "../../src/codex/process-family.ts";
import type { JobRecord } from "../../src/domain/job.ts";
import { type Gate, gate } from "../../src/rehearsal/gate.ts";
import { command, items, message } from "../../src/rehearsal/replies.ts";
import { asks, type Entry, firstOf, sequence, when } from "../../src/rehearsal/script.ts";
import { codexBinary } from "../rehearsal/codex-exec.ts";
import { findProgram } from "./cli-program.ts";
import { type CliProcess, type CliWorld, startCliWorld } from "./cli-world.ts";
import { guardians } from "./exec-world.ts";
import { sessionsOf } from "./sessions.ts";
import { untilKept } from "./stored-jobs.ts";

/**
 * Where a run is held: its job is stored and the process of its own has started nothing of it; Codex is started and has said nothing;
 * the model thinks at first; half an answer is there and the model thinks; a command runs; Codex has finished its turn, and its owner,
 * which is stopped, has not read of it.
 */
export const stages = ["created", "starting", "thinking", "half", "command", "finished"] as const;
export type Stage = (typeof stages)[number];

/** Before these nothing was given to Codex. */
export const isBeforeThread = (stage: Stage) => stage === "created" || stage === "starting";
/** From these on half an answer has arrived. */
export const hasHalf = (stage: Stage) => stage === "half" || stage === "command";

export type Engine = "app-server" | "exec";

/** A run that stands still at a stage. */
export interface HeldRun {
  readonly world: CliWorld;
  /** The command that waits. */
  readonly waiter: CliProcess;
  readonly id: string;
  readonly stage: Stage;
  /** The job as it lies on the disk. */
  readonly record: () => JobRecord;
  /** Pid of the process that owns the run. */
  readonly runner: number;
  /** Pid of Codex; 0 before it was started. */
  readonly codex: number;
  readonly guardian: number;
  /** Lets everything go on that is held. */
  readonly release: () => Promise<void>;
}

const waiting = { timeout: 20_000, interval: 10 };

function script(stage: Stage, thinking: Gate): Entry {
  const last = message("Yes.", { after: thinking });
  const half = message("Half an answer.");
  const run: Record<Stage, Entry> = {
    created: message("Yes."),
    starting: message("Yes."),
    thinking: last,
    half: sequence(items([half, command("true")]), last),
    command: sequence(items([half, command("sleep 1000", { yieldTimeMs: 30_000 })]), message("Yes.")),
    finished: last,
  };
  return firstOf(when(asks("The next one"), message("Next.")), run[stage]);
}

/** Starts a consultation and holds it at a stage. Without any time: each stage is seen to be reached, and nothing passes it. */
export async function holdRun(stage: Stage, engine: Engine): Promise<HeldRun> {
  const thinking = gate();
  const world = await startCliWorld(() => script(stage, thinking));
  const start = stage === "created" ? holdRunner(world) : stage === "starting" ? holdCodex(world) : undefined;
  const waiter = world.start(["consult", "--json", "--engine", engine, "Q"], {
    environment: { ...start?.environment },
  });
  const id = await waiter.job;
  const pipe = await start?.reached();
  const record = () => world.records().find((job) => job.id === id) as JobRecord;
  const runner = stage === "created" ? await pidOf(world, " run-job ") : await ownerOf(record, waiter.pid);
  await reach(stage, world, id, runner);
  if (stage === "finished") {
    process.kill(runner, "SIGSTOP");
    thinking.open();
    await vi.waitFor(
      async () => expect(await sessionsOf(world.codexHome)).toContain('"task_complete"'),
      waiting,
    );
  }
  const { codex, guardian } =
    stage === "created" ? { codex: 0, guardian: 0 } : await childrenOf(world, runner, engine);
  return {
    world,
    waiter,
    id,
    stage,
    record,
    runner,
    codex,
    guardian,
    release: async () => {
      thinking.open();
      start?.open();
      await pipe?.close();
      if (stage === "finished") letGoOn(runner);
    },
  };
}

async function reach(stage: Stage, world: CliWorld, id: string, runner: number): Promise<void> {
  if (stage === "thinking" || stage === "finished") await world.model.waitForRequest(1);
  if (stage === "half") await world.model.waitForRequest(2);
  if (stage === "command") {
    // A look at all processes costs more than a look at a file.
    const patient = { ...waiting, interval: 100 };
    await vi.waitFor(() => expect(world.processes().join("\n")).toMatch(/^\d+ sleep 1000$/m), patient);
  }
  if (isBeforeThread(stage)) return;
  await untilKept(world, id, hasHalf(stage) ? "Half an answer." : "thread_started");
  expect(runner).toBeGreaterThan(1);
}

function letGoOn(pid: number): void {
  try {
    process.kill(pid, "SIGCONT");
  } catch {
    // It is what the test has killed.
  }
}

/** Codex may have ended with its turn; its guardian stays until its owner has noticed. */
async function childrenOf(world: CliWorld, runner: number, engine: Engine) {
  const guardian = await vi.waitFor(() => {
    const [pid] = guardians(runner);
    if (pid === undefined) throw new Error("There is no guardian yet.");
    return pid;
  }, waiting);
  const word = engine === "exec" ? " exec " : " app-server ";
  const codex = (await pidOf(world, word, runner)) || (await pidOf(world, " app-server ", runner));
  return { codex, guardian };
}

interface Hold {
  readonly environment: Readonly<Record<string, string>>;
  /** Resolves once it is held, with what holds it. */
  readonly reached: () => Promise<FileHandle>;
  /** Lets those pass that come later. */
  readonly open: () => void;
}

/** A pipe whose reader waits until this test lets it go, and whose writer waits for its reader. */
function namedPipe(world: CliWorld): Omit<Hold, "environment"> & { readonly path: string } {
  const path = join(world.home, "held");
  execFileSync(findProgram("mkfifo"), [path]);
  let handle: FileHandle | undefined;
  onTestFinished(async () => {
    await handle?.close().catch(() => undefined);
  });
  return {
    path,
    reached: async () => {
      handle = await open(path, "w");
      return handle;
    },
    open: () => rmSync(path, { force: true }),
  };
}

/** The process of the job waits before its first line. */
function holdRunner(world: CliWorld): Hold {
  const pipe = namedPipe(world);
  const file = join(world.home, "hold.cjs");
  writeFileSync(
    file,
    `const fs = require("node:fs");
     const path = ${JSON.stringify(pipe.path)};
     if (process.argv.includes("run-job") && fs.existsSync(path)) fs.readFileSync(path);`,
  );
  return { ...pipe, environment: { NODE_OPTIONS: `--require ${file}` } };
}

/** Codex waits before its first line. */
function holdCodex(world: CliWorld): Hold {
  const pipe = namedPipe(world);
  const file = join(world.home, "codex");
  const script = [
    `#!${findProgram("bash")}`,
    `case " $* " in *" app-server "*|*" exec "*) if [ -p "${pipe.path}" ]; then read -r _ <"${pipe.path}"; fi ;; esac`,
    `exec "${codexBinary()}" "$@"`,
  ];
  writeFileSync(file, script.join("\n"), { mode: 0o755 });
  return { ...pipe, environment: { TANDEM_CODEX: file } };
}

/** The process that runs the job: not the command, which owns it until then. */
async function ownerOf(record: () => JobRecord, command: number): Promise<number> {
  return vi.waitFor(() => {
    const pid = record().owner?.pid;
    if (record().host !== "runner" || pid === undefined || pid === command) {
      throw new Error("The job has no owner yet.");
    }
    return pid;
  }, waiting);
}

/** The process of this world whose command line has the text, and that was started by `parent` where one is given. */
async function pidOf(world: CliWorld, text: string, parent?: number): Promise<number> {
  const children = new Set(
    (await listProcesses()).flatMap((entry) => (entry.parent === parent ? [entry.pid] : [])),
  );
  const pids = world
    .processes()
    .filter((line) => `${line} `.includes(text))
    .map((line) => Number.parseInt(line, 10));
  return pids.find((pid) => parent === undefined || children.has(pid)) ?? 0;
}
