import type { Command } from "commander";
import type { ExitCode } from "../../domain/exit-code.ts";
import type { CliWorld } from "./world.ts";

/** Takes the exit code of the one command that runs. */
export type Finish = (code: ExitCode) => void;

/** Adds one command to the program. */
export type AddCommand = (program: Command, world: CliWorld, finish: Finish) => void;

/** `--json` may stand before the command as well. */
export function withGlobals<Options extends { readonly json?: boolean }>(
  options: Options,
  program: Command,
): Options {
  return { ...program.opts<{ json?: boolean }>(), ...options };
}
