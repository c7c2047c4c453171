import { realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { trustedPath } from "../codex/trusted-path.ts";
import { TandemError } from "../domain/errors/tandem-error.ts";
import { type Machine, variableOf } from "../settings/paths.ts";

/** Where Codex runs: its environment and its home. */
export interface CodexWorld {
  readonly environment: NodeJS.ProcessEnv;
  readonly codexHome: string;
}

/** The folder of Codex's own configuration and threads, by the environment of whoever asks. */
export function codexHomeOf({ environment, home }: Machine): string {
  return variableOf(environment, "CODEX_HOME") ?? join(home, ".codex");
}

/**
 * Codex makes its usual home when there is none yet, and refuses to start with a named one that is not there (0.169). Throws `usage`
 * for such a one.
 */
export function requireNamedCodexHome({ environment }: Machine): void {
  const named = variableOf(environment, "CODEX_HOME");
  if (named === undefined || statSync(named, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new TandemError("usage", {
    problem: `CODEX_HOME names ${JSON.stringify(named)}, which is not a folder.`,
    hint: "Make the folder and log in there (`codex login`), or unset CODEX_HOME.",
  });
}

/** The same name for one folder, however it is reached. */
export function realCodexHome(codexHome: string): string {
  try {
    return realpathSync(codexHome);
  } catch {
    // Codex has not made it yet.
    return codexHome;
  }
}

/** The user's own Codex, as the user's shell would start it in this workspace. */
export function ownCodexWorld(
  machine: Machine,
  { workspace, usesOpenaiKey }: { readonly workspace: string; readonly usesOpenaiKey: boolean },
): CodexWorld {
  const environment = { ...withoutOurs(machine.environment), ...trustedPath(machine, workspace) };
  return {
    environment: usesOpenaiKey ? withOpenaiKey(environment) : environment,
    codexHome: codexHomeOf(machine),
  };
}

/** Our own variables are no business of Codex. */
export function withoutOurs(environment: Machine["environment"]): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("TANDEM_")));
}

/** Codex itself takes a key from CODEX_API_KEY only, so that a key that lies around for other programs is not spent. */
function withOpenaiKey(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const key = environment["OPENAI_API_KEY"];
  return key === undefined || environment["CODEX_API_KEY"]
    ? environment
    : { ...environment, CODEX_API_KEY: key };
}
