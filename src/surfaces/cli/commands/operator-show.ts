import { type Envelope, envelopeSchema } from "../../../domain/envelope.ts";
import { ExitCode } from "../../../domain/exit-code.ts";
import { operatorFolders } from "../../client/operator/load-operators.ts";
import { summarizeOperator, wholeText } from "../../client/operator/summarize-operator.ts";
import { formatOf, printEnvelope } from "../output.ts";
import { workingFolder } from "../run-request.ts";
import { openSession } from "../session.ts";
import type { CliWorld } from "../world.ts";
import type { OperatorOptions } from "./operator-options.ts";

/** `tandem operator list`: every operator that can be named in this folder, also those that cannot be used, with the reason. */
export async function listOperatorsCommand(options: OperatorOptions, world: CliWorld): Promise<ExitCode> {
  const session = await openSession(world, workingFolder(options, world));
  const { listOperators } = await import("../../../tasks/operator/operators.ts");
  const listed = listOperators(operatorFolders(session));
  const envelope: Envelope = {
    schema: envelopeSchema,
    ok: true,
    kind: "operators",
    operators: listed.map((each) => summarizeOperator(each, session)),
  };
  await printEnvelope(envelope, formatOf(options), world);
  return ExitCode.done;
}

/** `tandem operator show <name>`: its file, word for word. */
export async function showOperatorCommand(
  name: string,
  options: OperatorOptions,
  world: CliWorld,
): Promise<ExitCode> {
  const session = await openSession(world, workingFolder(options, world));
  const { findOperator } = await import("../../../tasks/operator/operators.ts");
  const found = findOperator(name, operatorFolders(session));
  const envelope: Envelope = {
    schema: envelopeSchema,
    ok: true,
    kind: "operators",
    operators: [summarizeOperator({ name, origin: found.origin, found }, session)],
    answer: wholeText(found),
  };
  await printEnvelope(envelope, formatOf(options), world);
  return ExitCode.done;
}
