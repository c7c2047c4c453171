import { TandemError } from "../domain/errors/tandem-error.ts";
import { isFullyQualified, type Machine, pathsOf, variableOf } from "./paths.ts";
import { platformFolder } from "./platform-folders.ts";
import { quotePath } from "./quote.ts";

/**
 * The folder that holds jobs, locks and caches: `TANDEM_HOME`, else the platform's place for state. One rule for CLI,
 * hooks and MCP server, so that they see the same jobs; it depends on no variable of Claude Code and never falls back
 * to the temp folder, which Codex's writable sandbox includes. Throws `usage` when there is no absolute path.
 */
export function resolveStateRoot(machine: Machine): string {
  const named = variableOf(machine.environment, "TANDEM_HOME");
  if (named !== undefined) {
    if (isFullyQualified(named, machine.platform)) return pathsOf(machine.platform).resolve(named);
    throw new TandemError("usage", {
      problem: `TANDEM_HOME must be an absolute path; it is ${quotePath(named)}.`,
      hint: "Name an absolute folder, or unset TANDEM_HOME.",
    });
  }
  const folder = platformFolder("state", machine);
  if (folder !== undefined) return folder;
  throw new TandemError("usage", {
    problem: `There is no place for the state folder: the home folder ${quotePath(machine.home)} is not absolute.`,
    hint: "Name an absolute folder in TANDEM_HOME.",
  });
}
