// Runs every check of a change and then the tests. All steps run even when one fails, so that one run shows everything. The last
// line counts the tests; a failed step counts as one more failure.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("..", import.meta.url));
const minute = 60_000;

/** Scripts of package.json, the quick ones first. */
const steps = [
  "format:check",
  "versions:check",
  "lint:config:check",
  "lint",
  "typecheck",
  "unused",
  "docs:check",
  "generate:protocol:check",
  "build:check",
  "demo",
  "plugin:check",
];

/** The first step that needs the Claude Code clients of the tests installs them. */
const installationLimit = 20 * minute;

const failedSteps = steps.filter(
  (step) => !run(step, [], step === "plugin:check" ? installationLimit : 5 * minute),
);
const tests = runTests();

if (failedSteps.length > 0) console.log(`\nFailed: ${failedSteps.join(", ")}`);
const failed = tests.failed + failedSteps.length;
console.log(`\n${tests.passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function run(script, parameters, limitMs) {
  console.log(`\n== ${script}`);
  const { error, signal, status } = spawnSync("npm", ["run", "--silent", script, "--", ...parameters], {
    cwd: repository,
    stdio: ["ignore", "inherit", "inherit"],
    timeout: limitMs,
    killSignal: "SIGKILL",
    shell: process.platform === "win32",
  });
  if (error !== undefined) console.error(`${script}: ${error.message}`);
  else if (signal !== null) console.error(`${script}: ended by ${signal}`);
  return status === 0;
}

/** The counts of vitest's own report. What failed outside of a test (a file that did not load, a process left behind) counts as one. */
function runTests() {
  const folder = mkdtempSync(join(tmpdir(), "tandem-check-"));
  try {
    const report = join(folder, "tests.json");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const succeeded = run("test", reporters, 20 * minute);
    const { passed, failed } = readCounts(report);
    return { passed, failed: succeeded ? failed : Math.max(failed, 1) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readCounts(report) {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, "utf8"));
    return { passed: numPassedTests, failed: numFailedTests };
  } catch (error) {
    console.error(`The test run left no report: ${error.message}`);
    return { passed: 0, failed: 1 };
  }
}
