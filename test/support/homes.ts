import { randomBytes } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Hands the name of the test run to its worker processes and to what they start. */
export const testRunVariable = "TANDEM_TEST_RUN";

/**
 * The name of this test run, like no other: two runs in one checkout do not remove each other's folders, and a process whose
 * environment, command line or folder holds it was started by this run.
 */
export const testRun = process.env[testRunVariable] ?? `${process.pid}-${randomBytes(4).toString("hex")}`;

/** Outside the temp folder: Codex's writable sandbox includes the temp folder, so a CODEX_HOME there would be writable by the model. */
export const testHomesFolder = join(
  dirname(fileURLToPath(import.meta.url)),
  "..",
  "..",
  ".test-homes",
  testRun,
);

/** A new empty folder for a CODEX_HOME or a state root; removed when the test run ends. */
export function makeHome(name: string): string {
  return mkdtempSync(join(testHomesFolder, `${name}-`));
}
