import { homedir } from "node:os";
import { messageOf } from "../../domain/errors/tandem-error.ts";
import { personEnvironment } from "../client/person-environment.ts";
import { parseHookInput } from "./hook-input.ts";
import type { HookAnswer, HookWorld } from "./hook-world.ts";
import { endSession } from "./session-end.ts";
import { startSession } from "./session-start.ts";
import { stopHook } from "./stop.ts";
import { agentStopHook } from "./subagent-stop.ts";
import { promptHook } from "./user-prompt-submit.ts";

/** Longest input: the last message of the model is in it. */
const longestInput = 32 * 1024 * 1024;

const hooks = {
  stop: stopHook,
  "session-start": startSession,
  "user-prompt-submit": promptHook,
  "session-end": endSession,
  "subagent-stop": agentStopHook,
} as const;

/**
 * `tandem hook <event>`: one event of Claude Code on stdin, its answer on stdout. It ends with 0 whatever happens: 2 would mean to
 * Claude Code that it must not stop, or that a prompt is refused.
 */
async function main(event: string | undefined): Promise<void> {
  const hook = Object.entries(hooks).find(([name]) => name === event)?.[1];
  try {
    if (hook === undefined) throw new Error(`there is no hook ${JSON.stringify(event ?? "")}`);
    const input = parseHookInput(await readStdin());
    if (input === undefined) throw new Error("its input is not that of a hook");
    const world: HookWorld = {
      platform: process.platform,
      architecture: process.arch,
      home: homedir(),
      environment: personEnvironment(),
      nodePath: process.execPath,
    };
    await say(await hook(input, world));
  } catch (thrown) {
    await say({
      systemMessage: `codex-tandem's hook ${event ?? ""} failed and is passed over: ${messageOf(thrown)}`,
    });
  }
  // What is still open serves nobody: Claude Code waits for the end of this process.
  process.exit(0);
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > longestInput) throw new Error("its input is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function say(answer: HookAnswer | undefined): Promise<void> {
  if (answer === undefined) return;
  await new Promise<void>((resolve) => {
    process.stdout.on("error", () => resolve());
    process.stdout.write(`${JSON.stringify(answer)}\n`, () => resolve());
  });
}

void main(process.argv[3]);
