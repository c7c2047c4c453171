import { TandemError } from "../../../domain/errors/tandem-error.ts";
import type { KindPart } from "../../client/make-run-request.ts";
import { mayRun, notAccepted, operatorFolders } from "../../client/operator/load-operators.ts";
import { operatorPart } from "../../client/operator/operator-part.ts";
import { requireImageTool } from "../../client/operator/require-image-tool.ts";
import { resumedThread } from "../../client/resumed-thread.ts";
import type { PartTools } from "../calls/perform-run.ts";

/** What a call of `task` says of an operator. */
export interface AskedOperator {
  readonly operator: string;
  readonly inputs: Readonly<Record<string, unknown>> | undefined;
  readonly overwrite: boolean | undefined;
  readonly write: boolean;
  readonly continueJob: string | undefined;
}

/**
 * An operator's run as a model asks for it: with paths inside the client's folders only, and writing with `write: true` only. A project's
 * operator must have been accepted by a person before: nobody can do that here. Throws `usage`.
 */
export async function mcpOperatorPart(
  { operator: name, inputs = {}, overwrite = false, write, continueJob }: AskedOperator,
  { confine, folder, session }: PartTools,
  isDryRun: boolean,
): Promise<KindPart> {
  const { findOperator, makeOperatorRequest } = await import("../../../tasks/operator/operators.ts");
  const found = findOperator(name, operatorFolders(session));
  const operator = makeOperatorRequest(found, inputs, {
    cwd: folder,
    confine: (path, input) => confine(path, `inputs.${input}`),
    isPerson: false,
    overwrite,
  });
  if (!write && operator.outputs.some(({ destination }) => destination !== undefined)) {
    throw new TandemError("usage", {
      problem: `The operator ${name} writes files into the folder, and \`write\` is not true.`,
      hint: "Set write: true only when the user wants these files.",
    });
  }
  if (!isDryRun && !mayRun(found, session)) throw notAccepted(found);
  const { engine } = session.settings.values;
  if (!isDryRun) await requireImageTool({ operator, rehearsal: false, engine }, session);
  const resume = continueJob === undefined ? undefined : await resumedThread({ job: continueJob }, session);
  return operatorPart(operator, { hasTimeout: false, ...(resume === undefined ? {} : { resume }) });
}
