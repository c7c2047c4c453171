// Compares whole processes of ours with bare Node and with `codex exec`. `--runs N` sets how often each one runs, `--write` puts the
// result into BENCHMARKS.md.
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { memoryOf } from "./brokers.mjs";
import { measureClaudeCode } from "./claude-code.mjs";
import { measureDelegating } from "./delegate.mjs";
import { floorOf, startFloors } from "./floors.mjs";
import { measureGathering } from "./gather.mjs";
import { withManyJobs } from "./many-jobs.mjs";
import { openServer, startToInitialize } from "./mcp.mjs";
import { measure, program, run, together } from "./measure.mjs";
import { renderMisses, renderPage, renderReport } from "./report.mjs";
import { takeTurns } from "./turns.mjs";
import { makeWorld } from "./world.mjs";

const repository = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({
  options: { runs: { type: "string", default: "21" }, write: { type: "boolean" } },
});
const runs = Number(values.runs);
/** What takes seconds is run less often. */
const fewRuns = Math.max(3, Math.ceil(runs / 4));

const tandem = join(repository, "plugin", "bin", "tandem");
const codex = createRequire(import.meta.url).resolve("@openai/codex/bin/codex.js");
const question = "Say hello.";
const task = [tandem, "task", question];
const codexExec = [codex, "exec", "--skip-git-repo-check", "--sandbox", "read-only", question];

/** A target is the largest ratio that we accept; `why` is what stands in the way where that is missed. */
const comparisons = [
  {
    name: "tandem --version",
    baseline: "node -e 0",
    target: 1.1,
    why: "nothing is loaded for it but the number itself, so the machine was not quiet.",
  },
  {
    name: "tandem status",
    baseline: "node -e 0",
    target: 1.25,
    why: "see `The floor of status`.",
  },
  {
    name: "tandem status, 10,000 jobs",
    baseline: "node -e 0",
    target: 1.35,
    why: "it reads what it reads with ten jobs, and a list of names more; see `The floor of status`.",
  },
  {
    name: "tandem task --background",
    baseline: "node -e 0",
    target: 1.5,
    why: "the floor is what Node's sockets and hashes, a job of three synced files and one round trip cost, and takes nearly all of the target. On top come, in code that V8 runs for the first time: 200 kB of program in place of one (3.5 ms), settings (1.5 ms), the request with the streams that tell a terminal (2.5 ms), the route and the input (1.5 ms) and the search for Codex (1.5 ms). Only a command that left the storing of the job to the broker would get below; then whoever can reach the broker's socket could have a run begun, and not only whoever may write our files.",
  },
  {
    name: "tandem task",
    baseline: "codex exec",
    target: 0.65,
    why: "on top of the floor come the start of the command (10 ms, see `tandem task --background`) and its end (2 ms), the look at the repository (3 ms), and what the broker does with what Codex tells: it watches time and silence, checks and redacts, and keeps the record that `status` shows, on the two cores on which Codex works at that moment. The target leaves less than half of what that takes. Within the floor Codex itself starts git twelve times (10 ms), for which it has no switch, and keeps its history in pages (8 ms), as `codex exec` does; without them nobody could go back in the thread or ask beside it.",
  },
  {
    name: "8 tandem task, model takes 1 s",
    baseline: "8 codex exec, model takes 1 s",
    target: 0.85,
    why: "both sides wait for the model for a second; what remains is work: for each run a start of Node and our own code, a share of one broker, whose steps come one after the other, and a thread in the app-server, which takes half of what a `codex exec` takes as a whole.",
  },
  {
    name: "tandem consult --direct",
    baseline: "codex exec",
    target: 1,
    why: "the run belongs to a process of its own, so that it survives its command, and the command ends when nothing of Codex is left: two starts of Node at the same time, one of Codex's app-server and its end, against one of Node and one of `codex exec`. That is what the floor shows; the target lies below it.",
  },
  {
    name: "tandem task --engine exec",
    baseline: "codex exec",
    target: 1.35,
    why: "the same `codex exec`, and before it the storing of the job and the look at its input.",
  },
  {
    name: "tandem mcp, until it is initialized",
    baseline: "node -e 0",
    target: 2.2,
    why: "a tenth is our own: what is left is Node's streams for stdin and stdout, so the machine was not quiet.",
  },
  {
    name: "a status call of tandem mcp",
    baseline: "node -e 0",
    target: 0.25,
    why: "it reads settings, jobs and Codex anew, as the command does.",
  },
  {
    name: "gather 5,000 of 100,000 files",
    baseline: "git's own commands",
    target: 1.5,
    why: "the files are read and redacted as well.",
  },
  {
    name: "work tree of a delegated task, 3,000 files",
    baseline: "git's own commands for it, 3,000 files",
    target: 1.5,
    why: "the work tree is looked at twice more, so that what was not committed is exact.",
  },
  {
    name: "work tree of a delegated task, 100,000 files",
    baseline: "git's own commands for it, 100,000 files",
    target: 1.5,
    why: "the work tree is looked at twice more, so that what was not committed is exact.",
  },
  {
    name: "Claude Code: first request, beyond an empty server's",
    baseline: "Claude Code: a bare Node",
    target: 0.15,
    why: "the empty server is one of the SDK; what comes on top is more commands, skills and tools for Claude Code to read, and the hook at the start.",
  },
  {
    name: "Claude Code: /codex:status",
    baseline: "Claude Code: the same by a Node hook",
    target: 1,
    why: "the server that answers runs already, so the machine was not quiet.",
  },
  {
    name: "Claude Code: Stop hook, gate off",
    baseline: "Claude Code: a bare Node",
    target: 0.15,
    why: "it is one start of a shell, so the machine was not quiet.",
  },
];
const memoryLimit = 280;
const manyCalls = "100 status calls of tandem mcp at once";

if (!Number.isInteger(runs) || runs < 1)
  throw new Error(`--runs takes a whole number from 1, not ${values.runs}.`);
if (!existsSync(join(repository, "plugin", "dist")))
  throw new Error("There is no bundle: run `npm run build` first.");

const medians = {
  ...(await inWorld({}, measureCommands)),
  ...(await inWorld({ delayMs: 1000 }, measureEightAtOnce)),
  ...(await inWorld({}, async (world) => measureClaudeCode(repository, runs, world))),
};
const megabytes = await inWorld({}, measureMemory);
const gathering = await measureGathering(repository, fewRuns);
medians["gather 5,000 of 100,000 files"] = gathering.ours;
medians["git's own commands"] = gathering.git;
for (const [files, often] of [
  [3000, fewRuns],
  [100_000, Math.min(3, fewRuns)],
]) {
  const delegating = await measureDelegating(repository, { files, runs: often });
  const size = `${files.toLocaleString("en")} files`;
  medians[`work tree of a delegated task, ${size}`] = delegating.ours;
  medians[`git's own commands for it, ${size}`] = delegating.git;
}
const memory = { name: "broker and app-server after 200 turns", megabytes, limit: memoryLimit };
const calls = { name: manyCalls, duration: medians[manyCalls] };
const report = renderReport(comparisons, medians, { memory, calls, runs, fewRuns });
console.log(report);
if (values.write) writePage(renderPage(report, renderMisses(comparisons, medians), new Date()));

async function inWorld(options, work) {
  const world = await makeWorld(repository, options);
  try {
    return await work(world);
  } finally {
    await world.close();
  }
}

async function measureCommands(world) {
  // `status` lists ten jobs; by then every cache is warm, and the broker runs.
  for (let job = 0; job < 10; job++) await run(task, world);
  const crowded = withManyJobs(world, 10_000);
  const server = await openServer(tandem, world);
  const programs = {
    "node -e 0": program("-e", "0"),
    "tandem --version": program(tandem, "--version"),
    "tandem status": program(tandem, "status"),
    "tandem status, 10,000 jobs": async () => program(tandem, "status")(crowded),
    "tandem task --background": leaveInBackground,
    "tandem task": program(...task),
    "tandem consult --direct": program(tandem, "consult", "--direct", question),
    "tandem task --engine exec": program(...task, "--engine", "exec"),
    "codex exec": program(...codexExec),
    "tandem mcp, until it is initialized": startToInitialize(tandem),
    "a status call of tandem mcp": async () => server.status(),
  };
  return withFloors(world, async (floors) => {
    const all = { ...programs, ...named(floors.programs) };
    await measure(all, 2, world);
    const times = await measure(all, runs, world);
    // Its time has no target; it throws when one of them fails.
    times[manyCalls] = await server.statusAtOnce(100);
    await server.end();
    return times;
  });
}

async function withFloors(world, work) {
  const floors = await startFloors(world, question);
  try {
    return await work(floors);
  } finally {
    await floors.close();
  }
}

function named(floors) {
  return Object.fromEntries(Object.entries(floors).map(([name, floor]) => [floorOf(name), floor]));
}

/** The job itself is not measured, and has ended before something else is. */
async function leaveInBackground(world) {
  const { duration, stderr } = await run([...task, "--background"], world);
  await run([tandem, "wait", stderr.trim().split(" ").at(-1)], world);
  return duration;
}

async function measureEightAtOnce(world) {
  const programs = {
    "8 tandem task, model takes 1 s": together(8, ...task),
    "8 codex exec, model takes 1 s": together(8, ...codexExec),
  };
  await run(task, world);
  return withFloors(world, async ({ eight }) => measure({ ...programs, ...named(eight) }, fewRuns, world));
}

async function measureMemory(world) {
  await takeTurns(200, 8, task, world);
  return memoryOf(world.stateRoot);
}

/** Formatted like every other file of the repository. */
function writePage(text) {
  const biome = join(repository, "node_modules", "@biomejs", "biome", "bin", "biome");
  const parameters = [biome, "format", "--stdin-file-path=BENCHMARKS.md"];
  const page = execFileSync(process.execPath, parameters, { cwd: repository, input: text });
  writeFileSync(join(repository, "BENCHMARKS.md"), page);
}
