import { gatePlaces } from "../../jobs/gate/gate-places.ts";
import { readGateState } from "../../jobs/gate/gate-state.ts";
import { resolveStateRoot } from "../../settings/state-root.ts";
import type { HookInput } from "./hook-input.ts";
import { type HookAnswer, type HookWorld, workspaceOf } from "./hook-world.ts";

/** A stop of Claude Code. What reviews it is large and loaded only where the gate is on. */
export async function stopHook(input: HookInput, world: HookWorld): Promise<HookAnswer | undefined> {
  const workspace = workspaceOf(input, world);
  if (workspace === undefined) return undefined;
  const stateRoot = resolveStateRoot(world);
  const read = readGateState(gatePlaces(stateRoot, workspace));
  if (read.found === "nothing" || (read.found === "state" && !read.state.isOn)) return undefined;
  const { gateStop } = await import("./gate-stop.ts");
  return gateStop({ input, world, stateRoot, workspace });
}
