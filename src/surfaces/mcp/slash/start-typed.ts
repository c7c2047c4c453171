import type { Envelope } from "../../../domain/envelope.ts";
import { askProgram } from "../../client/ask-program.ts";
import type { McpHost } from "../host.ts";

/** A command as a person typed it, and where. */
export interface Typed {
  readonly command: string;
  readonly args: string;
  /** Absolute. */
  readonly cwd: string;
  /** The session of Claude Code. */
  readonly session: string;
}

/**
 * Has the command line do what was typed, since a person asks. A run is left alone as soon as it has begun. Throws `spawn_failed`.
 */
export async function startTyped(
  { command, args, cwd, session }: Typed,
  { world, claude }: Pick<McpHost, "world" | "claude">,
): Promise<Envelope> {
  const environment = {
    ...world.environment,
    CLAUDECODE: "1",
    ...(claude?.configFolder === undefined ? {} : { CLAUDE_CONFIG_DIR: claude.configFolder }),
    ...(session === "" ? {} : { CLAUDE_CODE_SESSION_ID: session }),
  };
  const parameters = ["slash", command, "--leaves", "--json"];
  return askProgram({ parameters, cwd, environment, input: args }, world);
}
