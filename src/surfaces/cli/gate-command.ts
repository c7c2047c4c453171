import { Argument, type Command } from "commander";
import { type GateWish, gateWishes } from "../../domain/gate-wish.ts";
import type { GateOptions } from "./commands/gate.ts";
import { type Finish, withGlobals } from "./globals.ts";
import { formatOptions } from "./run-options.ts";
import type { CliWorld } from "./world.ts";

/** The review gate of Claude Code's stops. */
export function addGateCommand(program: Command, world: CliWorld, finish: Finish): void {
  const gate = program
    .command("gate")
    .description(
      "The review gate: Codex reviews what changed when Claude Code wants to stop in this folder. Off unless switched on; switching it calls no model.",
    )
    .addArgument(new Argument("[wish]", "what to do").choices(gateWishes).default("status"))
    .option("--cwd <folder>", "the gate of this folder (default: the current one)");
  formatOptions(gate).action(async (wish: GateWish, options: GateOptions) => {
    const { gateCommand } = await import("./commands/gate.ts");
    finish(await gateCommand(wish, withGlobals(options, program), world));
  });
}
