import { availableParallelism, totalmem } from "node:os";

/** A markdown page: what was compared with what, the target and what came out. */
export function renderReport(comparisons, medians, runs) {
  const rows = comparisons.map(({ name, baseline, target }) => {
    const ratio = medians[name] / medians[baseline];
    const verdict = ratio <= target ? "yes" : "no";
    const cells = [name, baseline, milliseconds(medians[name]), milliseconds(medians[baseline])];
    return `| ${[...cells, `${ratio.toFixed(2)}x`, `${target.toFixed(2)}x`, verdict].join(" | ")} |`;
  });
  return [
    "| program | compared with | takes | the other takes | ratio | at most | met |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
    "",
    `Medians of ${runs} runs, taking turns. ${describeMachine()}`,
    "",
  ].join("\n");
}

export function renderPage(report, date) {
  return [
    "# Benchmarks",
    "",
    "Whole processes, from start to end. `npm run bench -- --write` measures again and rewrites this page. The times are of one",
    "machine; the ratios are what counts, because both sides were measured in the same minutes.",
    "",
    `Measured on ${date.toISOString().slice(0, 10)}.`,
    "",
    report,
    "The model is scripted, on this machine, and answers at once: what is measured is what the programs themselves add. Both",
    "sides of a row have the same CODEX_HOME; `codex exec` runs as npm installs it.",
    "",
  ].join("\n");
}

function describeMachine() {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  return `${availableParallelism()} cores, ${memory} of memory, ${process.platform} ${process.arch}, Node ${process.versions.node}.`;
}

function milliseconds(value) {
  return `${Math.round(value)} ms`;
}
