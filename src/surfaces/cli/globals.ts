import type { Command } from "commander";
import type { ExitCode } from "../../domain/exit-code.ts";

/** Takes the exit code of the one command that runs. */
export type Finish = (code: ExitCode) => void;

/** `--json` may stand before the command as well. */
export function withGlobals<Options extends { readonly json?: boolean }>(
  options: Options,
  program: Command,
): Options {
  return { ...program.opts<{ json?: boolean }>(), ...options };
}
