import { dirname } from "node:path";
import { TandemError } from "../../../domain/errors/tandem-error.ts";
import { isOperatorAccepted, type OperatorIdentity } from "../../../jobs/accepted-operators.ts";
import { locateUserFile } from "../../../settings/user-file.ts";
import type { FoundOperator, OperatorFolders } from "../../../tasks/operator/find-operator.ts";
import type { ClientSession } from "../client-session.ts";

type OperatorSession = Pick<ClientSession, "world" | "workspace" | "stateRoot">;

/** Where this session's operators are: those of its project and of its user. */
export function operatorFolders({ world, workspace }: OperatorSession): OperatorFolders {
  const user = locateUserFile(world);
  return { project: workspace, ...(user === undefined ? {} : { user: dirname(user.path) }) };
}

/** What a person accepts of an operator. */
export function identityOf(
  { contract, digest }: FoundOperator,
  { workspace }: OperatorSession,
): OperatorIdentity {
  return { project: workspace, name: contract.name, digest };
}

/** True for an operator that may run: our own, the user's own, or a project's that a person has accepted as it is now. */
export function mayRun(found: FoundOperator, session: OperatorSession): boolean {
  return found.origin !== "project" || isOperatorAccepted(session.stateRoot, identityOf(found, session));
}

/** What an operator that nobody has accepted is answered with. */
export function notAccepted({ contract }: FoundOperator): TandemError<"usage"> {
  return new TandemError("usage", {
    problem: `The operator ${contract.name} is the project's own, and nobody has accepted it as it is now.`,
    hint: `A person does that on a terminal: \`tandem operator run ${contract.name}\` shows it and asks.`,
  });
}
