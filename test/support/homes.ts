import { randomBytes } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { placeOutsideTemp } from "../../scripts/outside-temp.mjs";
import { repository } from "./repository.ts";

/** Hands the name of the test run to its worker processes and to what they start. */
export const testRunVariable = "TANDEM_TEST_RUN";

/**
 * The name of this test run, like no other: two runs in one checkout do not remove each other's folders, and a process whose
 * environment, command line or folder holds it was started by this run.
 */
export const testRun = process.env[testRunVariable] ?? `${process.pid}-${randomBytes(4).toString("hex")}`;

/** For every home of this run; never in the temp folder. */
export const testHomesFolder = placeOutsideTemp(repository, testRun);

/** A new empty folder for a CODEX_HOME or a state root; removed when the test run ends. */
export function makeHome(name: string): string {
  return mkdtempSync(join(testHomesFolder, `${name}-`));
}
