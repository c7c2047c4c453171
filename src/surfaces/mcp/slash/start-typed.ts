import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text as readText } from "node:stream/consumers";
import type { Envelope } from "../../../domain/envelope.ts";
import { messageOf, TandemError } from "../../../domain/errors/tandem-error.ts";
import { parseJson } from "../../../domain/json.ts";
import { isEnvelope } from "../../../jobs/stored-shapes.ts";
import { tandemIdentity } from "../../../setup/identity.ts";
import type { ClientWorld } from "../../client/client-session.ts";

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
 * Has the command line do what was typed: the same program, folder and rights as in a terminal, since a person asks. A run is left
 * alone as soon as it has begun. Gives what the program answers, an error included; throws `spawn_failed` when it answers nothing.
 */
export async function startTyped(
  { command, args, cwd, session }: Typed,
  world: ClientWorld,
): Promise<Envelope> {
  const program = join(tandemIdentity().root, "start.cjs");
  const child = spawn(world.nodePath, [program, "slash", command, "--leaves", "--json"], {
    cwd,
    env: {
      ...world.environment,
      CLAUDECODE: "1",
      ...(session === "" ? {} : { CLAUDE_CODE_SESSION_ID: session }),
    },
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
  });
  try {
    // It may end before it has read its input.
    child.stdin.on("error", () => undefined);
    child.stdin.end(args);
    const [stdout, stderr] = await Promise.all([
      readText(child.stdout),
      readText(child.stderr),
      child.exitCode === null ? once(child, "close") : undefined,
    ]);
    const envelope = parseJson(stdout);
    if (isEnvelope(envelope)) return envelope;
    throw new Error(stderr.trim().split("\n").at(-1) || "it said nothing");
  } catch (error) {
    throw new TandemError("spawn_failed", { path: program, cause: messageOf(error) });
  }
}
