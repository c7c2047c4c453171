import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text as readText } from "node:stream/consumers";
import type { Envelope } from "../../domain/envelope.ts";
import { messageOf, TandemError } from "../../domain/errors/tandem-error.ts";
import { parseJson } from "../../domain/json.ts";
import { isEnvelope } from "../../jobs/stored-shapes.ts";
import { tandemIdentity } from "../../setup/identity.ts";
import type { ClientWorld } from "./client-session.ts";

export interface ProgramQuestion {
  /** Arguments of `tandem`, with one that asks for JSON. */
  readonly parameters: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly input?: string;
}

/**
 * Has the command line of this build do something, in a process of its own: the same program, rights and rules as in a terminal. Gives
 * what it answers, an error included; throws `spawn_failed` when it answers nothing.
 */
export async function askProgram(
  { parameters, cwd, environment, input = "" }: ProgramQuestion,
  { nodePath }: Pick<ClientWorld, "nodePath">,
): Promise<Envelope> {
  const program = join(tandemIdentity().root, "start.cjs");
  const stdio = ["pipe", "pipe", "pipe"] as const;
  try {
    const child = spawn(nodePath, [program, ...parameters], {
      cwd,
      env: environment,
      stdio: [...stdio],
      windowsHide: true,
    });
    const { stdin, stdout, stderr } = child;
    if (stdin === null || stdout === null || stderr === null) throw new Error("it has no streams");
    // It may end before it has read its input.
    stdin.on("error", () => undefined);
    stdin.end(input);
    const [printed, said] = await Promise.all([readText(stdout), readText(stderr), once(child, "close")]);
    const envelope = parseJson(printed);
    if (isEnvelope(envelope)) return envelope;
    throw new Error(said.trim().split("\n").at(-1) || "it said nothing");
  } catch (error) {
    throw new TandemError("spawn_failed", { path: program, cause: messageOf(error) });
  }
}
