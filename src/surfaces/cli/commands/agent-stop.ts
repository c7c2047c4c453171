import { text as readText } from "node:stream/consumers";
import { messageOf } from "../../../domain/errors/tandem-error.ts";
import { ExitCode } from "../../../domain/exit-code.ts";
import { leaveWarning } from "../../../jobs/unverified-reports.ts";
import { checkAgentStop } from "../../hooks/agent-stop.ts";
import { openSession } from "../session.ts";
import type { CliWorld } from "../world.ts";

/**
 * `tandem agent-stop`: the hook behind the agent codex-rescue, with its input on stdin. It ends with 0 whatever happens: anything else
 * would be shown to the agent.
 */
export async function agentStopCommand(world: CliWorld): Promise<ExitCode> {
  try {
    const { store, stateRoot } = await openSession(world, world.cwd);
    const { sentBack, warning, session, agent } = await checkAgentStop(await readText(world.stdin), store);
    if (warning !== undefined) leaveWarning(stateRoot, session, agent, warning);
    if (sentBack !== undefined) say({ decision: "block", reason: sentBack }, world);
  } catch (error) {
    // Nobody but Claude Code's own log reads this.
    say({ systemMessage: `The report of codex-rescue could not be checked: ${messageOf(error)}` }, world);
  }
  return ExitCode.done;
}

function say(answer: Readonly<Record<string, string>>, { stdout }: CliWorld): void {
  stdout.write(`${JSON.stringify(answer)}\n`);
}
