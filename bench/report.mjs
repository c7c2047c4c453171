import { availableParallelism, totalmem } from "node:os";
import { floorOf } from "./floors.mjs";

/** A markdown table: what was compared with what, the target and what came out. */
export function renderReport(comparisons, medians, { memory, calls, runs, fewRuns }) {
  const rows = comparisons.flatMap(({ name, baseline, target }) => {
    const isMet = yesOrNo(medians[name] / medians[baseline] <= target);
    const own = row([...compare(name, baseline, medians), `${target.toFixed(2)}x`, isMet]);
    const floor = floorOf(name);
    if (medians[floor] === undefined) return [own];
    return [own, row(["&emsp;its floor", ...compare(floor, baseline, medians).slice(1), "", ""])];
  });
  const { name, megabytes, limit } = memory;
  const size = `${Math.round(megabytes)} MB`;
  return [
    row(["program", "compared with", "takes", "the other takes", "ratio", "at most", "met"]),
    row(Array.from({ length: 7 }, () => "---")),
    ...rows,
    row([name, "", size, "", "", `${limit} MB`, yesOrNo(megabytes <= limit)]),
    row([calls.name, "", milliseconds(calls.duration), "", "", "no error", "yes"]),
    "",
    `Medians of ${runs} runs (of ${fewRuns} for eight at once and for the gathering), taking turns. ${describeMachine()}`,
    "",
  ].join("\n");
}

function compare(name, baseline, medians) {
  const times = [milliseconds(medians[name]), milliseconds(medians[baseline])];
  return [name, baseline, ...times, `${(medians[name] / medians[baseline]).toFixed(2)}x`];
}

/** Why a target is missed, for those that are. */
export function renderMisses(comparisons, medians) {
  const missed = comparisons.filter(
    ({ name, baseline, target }) => medians[name] / medians[baseline] > target,
  );
  if (missed.length === 0) return "";
  return ["What is not met:", "", ...missed.map(({ name, why }) => `- \`${name}\`: ${why}`), ""].join("\n");
}

export function renderPage(report, misses, date) {
  return [
    "# Benchmarks",
    "",
    "Whole processes, from start to end. `npm run bench -- --write` measures again and rewrites this page. The times are of one",
    "machine; the ratios are what counts, because both sides were measured in the same minutes.",
    "",
    `Measured on ${date.toISOString().slice(0, 10)}.`,
    "",
    report,
    "The model is scripted, on this machine, and answers at once where nothing else is said: what is measured is what the programs",
    "themselves add. Both sides of a row have the same CODEX_HOME; `codex exec` runs as npm installs it. `tandem task` and `status`",
    "run beside a broker that is already there, and `task --background` is measured until the command ends, not its job. The memory",
    "is the resident memory of the broker and all that it started, after 200 turns, eight at a time. The MCP server is measured from",
    "its start to its answer to `initialize`, and from a call to its answer. The rows of Claude Code are those of its newest pinned",
    "version: what our plugin adds until the model is asked first, compared with a plugin that has but a server of the SDK without a",
    "tool; a slash command; and the hook of a stop.",
    "",
    "A floor is a program of a few lines (`bench/floors/`) that does no more than the promise of its row forces: the job on the disk",
    "before it is handed over, by an authenticated round trip where there is a broker; the owner in a process of its own; the",
    "configuration read, the pins sent and the sandbox confirmed before anything is spent; journal, receipt, result and record on the",
    "disk before the answer is printed (of a direct run the answer alone); and for a direct run nothing left of Codex. It checks nothing,",
    "knows no settings, no command line and no repository, shows no progress and can do nothing else.",
    "",
    misses,
    floorOfStatus,
  ].join("\n");
}

/** Found once, with copies of the program that leave after a step; not measured again by each run. */
const floorOfStatus = `## The floor of \`status\`

How near \`status\` can come to a bare Node was measured by letting it leave after each of its steps (medians of 100 rounds
taking turns, quiet machine, 2026-11-25; \`node -e 0\` 17.6 ms, a file with nothing in it 17.4 ms, one that calls
\`process.exit\` 17.0 ms):

| it leaves                                           | takes   | ratio |
| --------------------------------------------------- | ------- | ----- |
| before plugin/start.cjs looks for compiled code     | 17.9 ms | 1.02x |
| with the program's text read                        | 18.3 ms | 1.04x |
| with the compiled code read                         | 18.6 ms | 1.05x |
| with the compiled code taken over by V8             | 19.3 ms | 1.09x |
| with the program's modules evaluated                | 20.2 ms | 1.14x |
| after the work: settings, jobs, Codex, the text     | 22.9 ms | 1.30x |

So a seventh of a bare start goes by before the first line of the command itself, and what it then does is some 120 calls of the
file system and code that V8 runs for the first time: 1.6 ms without any job, and 65 µs for each job that it lists. Neither a
start from one file in place of two, nor leaving by way of the system at once, nor any of V8's flags for short programs changed
this by more than 0.2 ms, and Node 20 cannot start from a snapshot without an option on its command line. Without the compiled
code the same command takes 2.8 ms more.
`;

function row(cells) {
  return `| ${cells.join(" | ")} |`;
}

function yesOrNo(isMet) {
  return isMet ? "yes" : "no";
}

function describeMachine() {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  return `${availableParallelism()} cores, ${memory} of memory, ${process.platform} ${process.arch}, Node ${process.versions.node}.`;
}

function milliseconds(value) {
  return `${Math.round(value)} ms`;
}
