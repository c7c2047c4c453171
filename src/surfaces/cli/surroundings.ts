import { type FlagValues, type LoadedSettings, loadSettings } from "../../settings/load.ts";
import type { Machine } from "../../settings/paths.ts";
import { resolveStateRoot } from "../../settings/state-root.ts";
import { findWorkTreeRoot } from "../../workspace/work-tree-root.ts";

/** What a command is told by the folder that it is started in and by the user's settings. */
export interface Surroundings {
  readonly stateRoot: string;
  /** Root of the work tree around the folder of the command, else that folder. */
  readonly workspace: string;
  readonly settings: LoadedSettings;
}

/** Looks around a command. Flags are those of a run. Throws `usage`. */
export async function loadSurroundings(
  machine: Machine,
  cwd: string,
  flags?: FlagValues,
): Promise<Surroundings> {
  // Named one by one: a copy of the world of a command would start its streams.
  const { platform, home, environment } = machine;
  const stateRoot = resolveStateRoot(machine);
  const workTreeRoot = findWorkTreeRoot(cwd);
  const settings = await loadSettings({
    platform,
    home,
    environment,
    mode: "strict",
    ...(flags === undefined ? {} : { flags }),
    ...(workTreeRoot === undefined ? {} : { projectRoot: workTreeRoot }),
  });
  return { stateRoot, workspace: workTreeRoot ?? cwd, settings };
}
