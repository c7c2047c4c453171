// Compares whole processes of ours with bare Node and with `codex exec`. `--runs N` sets how often each one runs, `--write` puts the
// result into BENCHMARKS.md.
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureGathering } from "./gather.mjs";
import { measure, timeOf } from "./measure.mjs";
import { renderPage, renderReport } from "./report.mjs";
import { makeWorld } from "./world.mjs";

const repository = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({
  options: { runs: { type: "string", default: "21" }, write: { type: "boolean" } },
});
const runs = Number(values.runs);

const tandem = join(repository, "plugin", "bin", "tandem");
const codex = createRequire(import.meta.url).resolve("@openai/codex/bin/codex.js");
const question = "Say hello.";

/** Parameters of `node`. */
const programs = {
  "node -e 0": ["-e", "0"],
  "tandem --version": [tandem, "--version"],
  "tandem status": [tandem, "status"],
  "tandem consult": [tandem, "consult", question],
  "tandem task --engine exec": [tandem, "task", "--engine", "exec", question],
  "codex exec": [codex, "exec", "--skip-git-repo-check", "--sandbox", "read-only", question],
};

/** A target is the largest ratio that we accept. */
const comparisons = [
  { name: "tandem --version", baseline: "node -e 0", target: 1.1 },
  { name: "tandem status", baseline: "node -e 0", target: 1.25 },
  { name: "tandem consult", baseline: "codex exec", target: 1 },
  { name: "tandem task --engine exec", baseline: "codex exec", target: 1.35 },
  { name: "gather 5,000 of 100,000 files", baseline: "git's own commands", target: 1.5 },
];

if (!Number.isInteger(runs) || runs < 1)
  throw new Error(`--runs takes a whole number from 1, not ${values.runs}.`);
if (!existsSync(join(repository, "plugin", "dist")))
  throw new Error("There is no bundle: run `npm run build` first.");

const world = await makeWorld(repository);
try {
  // `status` lists ten jobs; by then every cache is warm too.
  for (let job = 0; job < 10; job++) await timeOf(programs["tandem consult"], world);
  await timeOf(programs["codex exec"], world);
  const medians = await measure(programs, runs, world);
  const gathering = await measureGathering(repository, Math.max(3, Math.ceil(runs / 4)));
  medians["gather 5,000 of 100,000 files"] = gathering.ours;
  medians["git's own commands"] = gathering.git;
  const report = renderReport(comparisons, medians, runs);
  console.log(report);
  if (values.write) writePage(renderPage(report, new Date()));
} finally {
  await world.close();
}

/** Formatted like every other file of the repository. */
function writePage(text) {
  const biome = join(repository, "node_modules", "@biomejs", "biome", "bin", "biome");
  const parameters = [biome, "format", "--stdin-file-path=BENCHMARKS.md"];
  const page = execFileSync(process.execPath, parameters, { cwd: repository, input: text });
  writeFileSync(join(repository, "BENCHMARKS.md"), page);
}
