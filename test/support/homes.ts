import { mkdtempSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Names the test run for its worker processes, so that two runs in one checkout do not remove each other's folders. */
export const testRunVariable = "TANDEM_TEST_RUN";

/** Outside the temp folder: Codex's writable sandbox includes the temp folder, so a CODEX_HOME there would be writable by the model. */
export const testHomesFolder = join(
  dirname(fileURLToPath(import.meta.url)),
  "..",
  "..",
  ".test-homes",
  process.env[testRunVariable] ?? String(process.pid),
);

/** A new empty folder for a CODEX_HOME or a state root; removed when the test run ends. */
export function makeHome(name: string): string {
  return mkdtempSync(join(testHomesFolder, `${name}-`));
}
