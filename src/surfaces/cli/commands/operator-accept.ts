import { acceptOperator } from "../../../jobs/accepted-operators.ts";
import { sanitiseExactly } from "../../../report/text/sanitise.ts";
import type { FoundOperator } from "../../../tasks/operator/find-operator.ts";
import { identityOf, mayRun, notAccepted } from "../../client/operator/load-operators.ts";
import { wholeText } from "../../client/operator/summarize-operator.ts";
import { confirm } from "../confirm.ts";
import type { CliSession } from "../session.ts";

/**
 * Lets an operator through that may run. A project's own, which may come from anybody, is shown to the person at the terminal and asked
 * about once, and again when a file of it has changed. Throws `usage` where nobody can be asked, or the answer is no.
 */
export async function acceptOnTerminal(
  found: FoundOperator,
  session: CliSession,
  isDryRun: boolean,
): Promise<void> {
  // A dry run starts nothing, and it is the best way to look at an operator.
  if (isDryRun || mayRun(found, session)) return;
  const { stdin, stderr } = session.world;
  if (stdin.isTTY !== true || stderr.isTTY !== true) throw notAccepted(found);
  stderr.write(`${indent(sanitiseExactly(wholeText(found)))}\n\n`);
  const question = `This operator comes with the project. Let Codex work by it (tier ${found.contract.tier})?`;
  if (!(await confirm(question, { stdin, stderr }))) throw notAccepted(found);
  await acceptOperator(session.stateRoot, identityOf(found, session), new Date());
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, "    ");
}
