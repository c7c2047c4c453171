import type { JobStore } from "../../../jobs/store.ts";
import { type FlagValues, type LoadedSettings, loadSettings } from "../../../settings/load.ts";
import { resolveStateRoot } from "../../../settings/state-root.ts";
import { tandemIdentity } from "../../../setup/identity.ts";
import { findWorkTreeRoot } from "../../../workspace/work-tree-root.ts";
import type { ClientSession } from "../../client/client-session.ts";
import type { McpHost } from "../host.ts";

/** What a call works with. */
export interface McpSession extends ClientSession {
  /** Of settings and of the state folder, as sentences; more may come while the call runs. */
  readonly warnings: () => readonly string[];
}

/** The settings of a folder. What is bad in them is a warning: a call must be able to say what is wrong. */
export async function loadFolderSettings(
  { world }: McpHost,
  folder: string,
  flags?: FlagValues,
): Promise<{ readonly workspace: string; readonly settings: LoadedSettings }> {
  const workTreeRoot = findWorkTreeRoot(folder);
  const settings = await loadSettings({
    ...world,
    mode: "lenient",
    ...(flags === undefined ? {} : { flags }),
    ...(workTreeRoot === undefined ? {} : { projectRoot: workTreeRoot }),
  });
  return { workspace: workTreeRoot ?? folder, settings };
}

/** Loads settings and opens the job store. Throws `usage` or `state_unwritable`. */
export async function openSession(host: McpHost, folder: string, flags?: FlagValues): Promise<McpSession> {
  const { world, log, claude } = host;
  const { workspace, settings } = await loadFolderSettings(host, folder, flags);
  const stateRoot = resolveStateRoot(world);
  const problems: string[] = [];
  const store = await openStore(host, stateRoot, problems);
  return {
    world,
    stateRoot,
    workspace,
    settings,
    store,
    log,
    askedBy: claude === undefined ? "mcp" : "claude-code",
    warnings: () => [...settings.warnings, ...problems],
  };
}

async function openStore({ log }: McpHost, stateRoot: string, problems: string[]): Promise<JobStore> {
  const [{ openJobStore }, { redact }] = await Promise.all([
    import("../../../jobs/store.ts"),
    import("../../../privacy/redact.ts"),
  ]);
  return openJobStore(stateRoot, {
    reportProblem: (problem) => {
      problems.push(`${problem.path}: ${problem.problem}`);
      log("warning", problem.problem, problem);
    },
    tandem: tandemIdentity(),
    redact,
  });
}
