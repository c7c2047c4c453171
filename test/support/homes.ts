import { mkdtempSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Outside the temp folder: Codex's writable sandbox includes the temp folder, so a CODEX_HOME there would be writable by the model. */
export const testHomesFolder = join(dirname(fileURLToPath(import.meta.url)), "..", "..", ".test-homes");

/** A new empty folder for a CODEX_HOME or a state root; removed when the test run ends. */
export function makeHome(name: string): string {
  return mkdtempSync(join(testHomesFolder, `${name}-`));
}
