import { realpathSync } from "node:fs";
import { type JobStore, openJobStore } from "../../jobs/store.ts";
import { isFullyQualified, variableOf } from "../../settings/paths.ts";
import { tandemIdentity } from "../../setup/identity.ts";
import { findWorkTreeRoot } from "../../workspace/work-tree-root.ts";
import type { ClientWorld } from "../client/client-session.ts";
import type { HookInput } from "./hook-input.ts";

/** The machine as Claude Code's hooks see it: in its environment. */
export type HookWorld = ClientWorld;

/** What a hook answers; Claude Code takes other members as well. */
export interface HookAnswer {
  readonly decision?: "block";
  /** For the model. */
  readonly reason?: string;
  /** For the person. */
  readonly systemMessage?: string;
  readonly hookSpecificOutput?: { readonly hookEventName: string; readonly additionalContext: string };
}

/** The stored jobs, for a hook that only reads; faults of the state folder are told elsewhere. */
export function openStoredJobs(stateRoot: string): JobStore {
  return openJobStore(stateRoot, { reportProblem: () => undefined, tandem: tandemIdentity() });
}

/**
 * The workspace of a session: of the folder that Claude Code was opened in, and not of the one that it has moved to, else a stop in
 * another folder would go round the gate. Undefined for a folder that is gone.
 */
export function workspaceOf({ cwd }: HookInput, { environment, platform }: HookWorld): string | undefined {
  const opened = variableOf(environment, "CLAUDE_PROJECT_DIR") ?? cwd;
  if (!isFullyQualified(opened, platform)) return undefined;
  try {
    const folder = realpathSync(opened);
    return findWorkTreeRoot(folder) ?? folder;
  } catch {
    return undefined; // It was removed: there is nothing that could be reviewed.
  }
}
