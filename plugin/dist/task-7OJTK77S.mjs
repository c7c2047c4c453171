import {
  readPrompt
} from "./chunk-2OTZMGZI.mjs";
import {
  makeRunRequest,
  performRun,
  planRun,
  settingFlags,
  titleFrom,
  workingFolder
} from "./chunk-BPQJTWGG.mjs";
import "./chunk-57QW2UWD.mjs";
import {
  openSession
} from "./chunk-MDMALCBG.mjs";
import "./chunk-EFXKVE2V.mjs";
import "./chunk-PMBPFWK3.mjs";
import "./chunk-GZK5FSE3.mjs";
import "./chunk-OMTX55A2.mjs";
import "./chunk-VSIW6IHQ.mjs";
import "./chunk-VFJKUZF5.mjs";
import "./chunk-YSIIG4JU.mjs";
import "./chunk-HGYVZI67.mjs";
import "./chunk-6DUTFFKH.mjs";
import "./chunk-M6RY2JR5.mjs";
import "./chunk-X7P3SKCA.mjs";
import "./chunk-VFFUZNCE.mjs";
import "./chunk-ZETVG5RM.mjs";
import {
  TandemError
} from "./chunk-VWEJZTN3.mjs";
import {
  isTerminal,
  shortJobId
} from "./chunk-XT4QHU2W.mjs";
import "./chunk-VD2U5BDO.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/surfaces/cli/commands/task.ts
import { resolve } from "node:path";

// src/surfaces/cli/confirm.ts
import { once } from "node:events";
import { createInterface } from "node:readline/promises";
async function confirmWrite({ stdin, stderr }) {
  const declined = new TandemError("usage", {
    problem: "--full-auto would let Codex change files in this folder; nobody confirmed that.",
    hint: "Use --write, which says what it does."
  });
  if (stdin.isTTY !== true || stderr.isTTY !== true) throw declined;
  const prompt = createInterface({ input: stdin, output: stderr });
  const question = "Let Codex change files in this folder for this run? [y/N] ";
  try {
    const ended = once(prompt, "close").then(() => "");
    const answer = await Promise.race([prompt.question(question).catch(() => ""), ended]);
    if (!/^y(es)?$/i.test(answer.trim())) throw declined;
  } finally {
    prompt.close();
  }
}

// src/surfaces/cli/resumed-thread.ts
var uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
var searched = 100;
async function resumedThread(options, session) {
  const { thread, job, resumeLast, fresh } = options;
  const given = [thread, job, resumeLast, fresh].filter((value) => value !== void 0);
  if (given.length > 1) {
    throw new TandemError("usage", {
      problem: "--thread, --job, --resume-last and --fresh exclude each other.",
      hint: "Give one of them."
    });
  }
  if (thread !== void 0) return checkedThread(thread);
  if (job !== void 0) return threadOf(await session.store.find(job));
  return resumeLast === true ? lastThread(session) : void 0;
}
function checkedThread(thread) {
  if (uuid.test(thread)) return thread;
  throw new TandemError("usage", {
    problem: `${JSON.stringify(thread)} is not the id of a thread.`,
    hint: "The id is in the result of a job (`tandem result JOB --json`); --job takes the job itself."
  });
}
function threadOf(record) {
  if (!isTerminal(record.status)) throw new TandemError("job_running", { id: record.id });
  if (record.thread !== void 0 && record.isThreadKept === true) return record.thread;
  throw new TandemError("usage", {
    problem: `Job ${record.id} left no thread that could be continued.`,
    hint: "Start a new one with --fresh."
  });
}
async function lastThread({ store, workspace }) {
  const { records } = await store.list({ workspace, limit: searched });
  const fitting = records.filter(
    ({ kind, status, thread, isThreadKept }) => kind === "task" && isTerminal(status) && thread !== void 0 && isThreadKept === true
  );
  const byThread = new Map(fitting.toReversed().map((record) => [record.thread, record]));
  const [only, ...others] = byThread.values();
  if (only === void 0) {
    throw new TandemError(
      "job_not_found",
      { id: "the last task", searched: workspace },
      { repair: { say: "Leave --resume-last out: no task of this folder has left a thread." } }
    );
  }
  if (others.length > 0) {
    const candidates = [only, ...others].map((record) => `${shortJobId(record.id)} (${record.title})`);
    throw new TandemError(
      "job_ambiguous",
      { id: "--resume-last", candidates },
      { repair: { say: "Name the task to go on with: --job and the letters of one of them." } }
    );
  }
  return threadOf(only);
}

// src/surfaces/cli/commands/task.ts
async function taskCommand(text, options, world) {
  const cwd = workingFolder(options, world);
  const session = await openSession(world, cwd, settingFlags(options, "timeout_task"));
  const tier = await chosenTier(options, world);
  const resume = await resumedThread(options, session);
  const prompt = await readPrompt(text, options.promptFile, world);
  const ephemeral = ephemeralTask(options, tier, resume);
  const part = {
    kind: "task",
    title: titleFrom(prompt),
    ephemeral,
    prompt,
    tier,
    images: options.image.map((path) => resolve(world.cwd, path)),
    addDirectories: writableFolders(options, tier, world),
    ...resume === void 0 ? {} : { resume }
  };
  const request = makeRunRequest(part, options, session.settings, cwd, world);
  const route = await planRun(request, session);
  const [{ prepareTask, runTask }, { dryRunTask }] = await Promise.all([
    import("./task-run-KU4RCU5L.mjs"),
    import("./dry-run-DM5BWC6Y.mjs")
  ]);
  const prepared = await prepareTask(request);
  return performRun(
    request,
    {
      route,
      perform: async (context) => runTask(request, prepared, context),
      dryRun: async () => dryRunTask(request, prepared, route)
    },
    options,
    session
  );
}
async function chosenTier({ tier, write, fullAuto }, world) {
  if (tier !== void 0 && (write === true || fullAuto === true) && tier !== "workspace-write") {
    throw new TandemError("usage", {
      problem: `--tier ${tier} and --write exclude each other.`,
      hint: "Give one of them."
    });
  }
  if (fullAuto === true && write !== true) await confirmWrite(world);
  return tier ?? (write === true || fullAuto === true ? "workspace-write" : "read-only");
}
function writableFolders({ addDir }, tier, world) {
  if (addDir.length > 0 && tier === "read-only") {
    throw new TandemError("usage", {
      problem: "--add-dir names a folder to write, but this task is read-only.",
      hint: "Add --write, or leave --add-dir out: a task may read every folder."
    });
  }
  return addDir.map((cwd) => workingFolder({ cwd }, world));
}
function ephemeralTask({ ephemeral, rehearse }, tier, resume) {
  if (ephemeral === true && tier !== "read-only") {
    throw new TandemError("usage", {
      problem: "A task that may write always keeps its thread.",
      hint: "Leave --ephemeral out."
    });
  }
  if (ephemeral === true && resume !== void 0) {
    throw new TandemError("usage", {
      problem: "A thread that is continued is kept.",
      hint: "Leave --ephemeral out."
    });
  }
  return ephemeral === true || rehearse === true && tier === "read-only";
}
export {
  taskCommand
};
