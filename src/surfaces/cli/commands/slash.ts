import type { ExitCode } from "../../../domain/exit-code.ts";
import { readSlash } from "../../slash/read-slash.ts";
import { type SlashOptions, slashArguments } from "../../slash/slash-arguments.ts";
import type { CliWorld } from "../world.ts";

/**
 * `tandem slash <command>`: what a person typed behind `/codex:<command>`, on stdin, where a shell does not read it. It is the same
 * command as in the terminal. Throws `usage`.
 */
export async function slashCommand(
  name: string,
  options: SlashOptions,
  world: CliWorld,
  run: (parameters: readonly string[]) => Promise<ExitCode>,
): Promise<ExitCode> {
  const given = await readTyped(world);
  return run(slashArguments(readSlash(name, given), options));
}

/** A here-document ends its text with a line break that nobody typed. */
async function readTyped(world: CliWorld): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of world.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8").replace(/\n$/, "");
}
