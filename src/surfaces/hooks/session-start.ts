import { gatePlaces } from "../../jobs/gate/gate-places.ts";
import { readGateState } from "../../jobs/gate/gate-state.ts";
import { oneLine } from "../../report/text/sanitise.ts";
import { resolveStateRoot } from "../../settings/state-root.ts";
import type { HookInput } from "./hook-input.ts";
import { type HookAnswer, type HookWorld, workspaceOf } from "./hook-world.ts";

/** A session begins where the gate is on: the person is told, since each stop may cost something. */
export async function startSession(input: HookInput, world: HookWorld): Promise<HookAnswer | undefined> {
  const workspace = workspaceOf(input, world);
  if (workspace === undefined) return undefined;
  const read = readGateState(gatePlaces(resolveStateRoot(world), workspace));
  if (read.found !== "state" || !read.state.isOn) return undefined;
  return {
    systemMessage: `Codex's review gate is on for ${oneLine(workspace)}: stops with changed files are reviewed, which costs tokens. Off: /codex:gate off`,
  };
}
