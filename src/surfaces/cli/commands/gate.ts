import { ExitCode } from "../../../domain/exit-code.ts";
import type { GateWish } from "../../../domain/gate-wish.ts";
import { switchGate } from "../../client/gate/switch-gate.ts";
import { formatOf, printEnvelope } from "../output.ts";
import type { FormatOptions } from "../run-options.ts";
import { workingFolder } from "../run-request.ts";
import { openSession } from "../session.ts";
import type { CliWorld } from "../world.ts";

export interface GateOptions extends FormatOptions {
  readonly cwd?: string;
}

/** `tandem gate on|off|status`: the review gate of this folder's work tree. No model call. */
export async function gateCommand(wish: GateWish, options: GateOptions, world: CliWorld): Promise<ExitCode> {
  const session = await openSession(world, workingFolder(options, world));
  await printEnvelope(await switchGate(wish, session), formatOf(options), world);
  return ExitCode.done;
}
