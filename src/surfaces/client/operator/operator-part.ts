import { TandemError } from "../../../domain/errors/tandem-error.ts";
import type { OperatorRequest } from "../../../domain/operator.ts";
import { titleFrom } from "../../../tasks/title.ts";
import type { KindPart } from "../make-run-request.ts";

export interface OperatorWishes {
  readonly network?: boolean;
  /** The time limit was given for this run, so the contract's does not count. */
  readonly hasTimeout: boolean;
  /** The thread that the run goes on with. */
  readonly resume?: string;
  readonly isEphemeral?: boolean;
}

/** What only an operator's run has. Throws `usage` where the contract needs a network that was not opened, or the reverse. */
export function operatorPart(operator: OperatorRequest, wishes: OperatorWishes): KindPart {
  const { contract } = operator;
  if (contract.network !== (wishes.network === true)) {
    throw new TandemError("usage", {
      problem: contract.network
        ? `The operator ${contract.name} needs the network, which is off.`
        : `The operator ${contract.name} uses no network.`,
      hint: contract.network ? "--network opens it for this run." : "Leave --network out.",
    });
  }
  const { timeoutMs } = contract;
  const { resume } = wishes;
  return {
    kind: "operator",
    title: titleFrom(`${contract.name}: ${subjectOf(operator)}`),
    ephemeral: wishes.isEphemeral === true && contract.tier === "read-only",
    tier: contract.tier,
    operator,
    ...(timeoutMs === undefined || wishes.hasTimeout ? {} : { timeoutMs }),
    ...(resume === undefined ? {} : { resume }),
  };
}

/** The first input with words, else the first one. */
function subjectOf({ inputs, contract }: OperatorRequest): string {
  const values = Object.values(inputs);
  const first = values.find((value) => typeof value === "string") ?? values[0] ?? contract.goal;
  return typeof first === "string" || typeof first === "number" ? String(first) : first.join(", ");
}
