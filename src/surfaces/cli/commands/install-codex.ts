import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readiness } from "../../../domain/envelope.ts";
import { variableOf } from "../../../settings/paths.ts";
import { findProgram } from "../../../setup/find-tools.ts";
import { confirm } from "../confirm.ts";
import type { CliSession } from "../session.ts";

const parameters = ["install", "-g", "@openai/codex"];
const installs = `npm ${parameters.join(" ")}`;

/** How Codex gets here, for people. */
export function installLine({ world, workspace }: CliSession): string {
  return findProgram("npm", world, workspace) === undefined
    ? "Install   there is no npm on PATH: https://developers.openai.com/codex/cli says how to get Codex"
    : `Install   ${installs}`;
}

/** True when there is no Codex that can be used, and installing one would help: none was named. */
export function isCodexMissing({ problems }: Readiness, { world }: CliSession): boolean {
  const isMissing = problems.some(
    ({ kind }) => kind === "codex_not_installed" || kind === "codex_unsupported",
  );
  return isMissing && variableOf(world.environment, "TANDEM_CODEX") === undefined;
}

/** Asks the person at a terminal whether npm shall install Codex. True when it has; everybody else is asked nothing. */
export async function offerCodex({ world, workspace }: CliSession): Promise<boolean> {
  const { stdin, stderr, environment, home } = world;
  const npm = findProgram("npm", world, workspace);
  // Node starts no `.cmd` without a shell.
  if (npm === undefined || npm.endsWith(".cmd") || !stdin.isTTY || !stderr.isTTY) return false;
  if (!(await confirm(`There is no usable Codex. Run \`${installs}\`?`, world))) return false;
  // Not in the workspace, whose .npmrc may name another registry.
  const child = spawn(npm, parameters, { cwd: home, env: environment, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.pipe(stderr, { end: false });
  child.stderr.pipe(stderr, { end: false });
  try {
    const [exitCode]: unknown[] = await once(child, "close");
    return exitCode === 0;
  } catch {
    return false; // It cannot be started; the report names the command.
  }
}
