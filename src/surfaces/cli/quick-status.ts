import { parseArgs } from "node:util";
import { toErrorReport } from "../../domain/errors/tandem-error.ts";
import type { ExitCode } from "../../domain/exit-code.ts";
import { statusCommand } from "./commands/status.ts";
import { formatOf, printError } from "./output.ts";
import type { CliWorld } from "./world.ts";

/**
 * `tandem status` without the parser of all commands, which takes longer than the command itself. Undefined for a line that
 * this small parser does not understand: then the full one decides, and its words are what the reader sees.
 */
export async function quickStatus(
  parameters: readonly string[],
  world: CliWorld,
): Promise<ExitCode | undefined> {
  const line = parse(parameters);
  if (line === undefined) return undefined;
  try {
    return await statusCommand(line.job, line.options, world);
  } catch (error) {
    return printError(toErrorReport(error), formatOf(line.options), world);
  }
}

function parse(parameters: readonly string[]) {
  try {
    const options = { all: { type: "boolean" }, json: { type: "boolean" } } as const;
    const { values, positionals } = parseArgs({ args: [...parameters], options, allowPositionals: true });
    return positionals.length > 1 ? undefined : { job: positionals[0], options: values };
  } catch {
    return undefined; // An option that is not here, --help for one.
  }
}
