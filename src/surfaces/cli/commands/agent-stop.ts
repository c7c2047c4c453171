import { text as readText } from "node:stream/consumers";
import { messageOf } from "../../../domain/errors/tandem-error.ts";
import { ExitCode } from "../../../domain/exit-code.ts";
import { type AgentStopAnswer, checkAgentStop } from "../../hooks/agent-stop.ts";
import { openSession } from "../session.ts";
import type { CliWorld } from "../world.ts";

/** `tandem agent-stop`: the hook behind the agent codex-rescue, with its input on stdin. What goes wrong in it is the person's to know. */
export async function agentStopCommand(world: CliWorld): Promise<ExitCode> {
  let answer: AgentStopAnswer;
  try {
    const { store } = await openSession(world, world.cwd);
    answer = await checkAgentStop(await readText(world.stdin), store);
  } catch (error) {
    const message = `UNVERIFIED: the report of codex-rescue could not be checked (${messageOf(error)}).`;
    answer = { systemMessage: message };
  }
  world.stdout.write(`${JSON.stringify(answer)}\n`);
  return ExitCode.done;
}
