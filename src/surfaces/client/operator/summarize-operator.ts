import type { OperatorSummary } from "../../../domain/operator.ts";
import type { FoundOperator, ListedOperator } from "../../../tasks/operator/find-operator.ts";
import type { ClientSession } from "../client-session.ts";
import { mayRun } from "./load-operators.ts";

/** An operator for a list: what it is for, what it takes, and whether it may run here. */
export function summarizeOperator(
  listed: ListedOperator,
  session: Pick<ClientSession, "world" | "workspace" | "stateRoot">,
): OperatorSummary {
  const { name, origin } = listed;
  if ("problem" in listed) return { name, origin, problem: listed.problem };
  const { contract, file, digest } = listed.found;
  return {
    name,
    origin,
    goal: contract.goal,
    tier: contract.tier,
    ...(file === undefined ? {} : { file }),
    digest,
    mayRun: mayRun(listed.found, session),
    inputs: Object.entries(contract.inputs).map(([input, { type, required, about }]) => ({
      name: input,
      type,
      required: required === true,
      ...(about === undefined ? {} : { about }),
    })),
  };
}

/** Every file of an operator, word for word, each under its name: what a person judges. */
export function wholeText({ file, text, included }: FoundOperator): string {
  if (file === undefined) return text;
  const parts = [{ name: file, text }, ...included];
  return parts.map((part) => `# ${part.name}\n\n${part.text.trimEnd()}`).join("\n\n");
}
