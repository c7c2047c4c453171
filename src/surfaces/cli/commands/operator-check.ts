import { lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Envelope, envelopeSchema } from "../../../domain/envelope.ts";
import { messageOf, reportError, TandemError } from "../../../domain/errors/tandem-error.ts";
import { ExitCode } from "../../../domain/exit-code.ts";
import { quote } from "../../../settings/quote.ts";
import type { OperatorFolders } from "../../../tasks/operator/find-operator.ts";
import { operatorFolders } from "../../client/operator/load-operators.ts";
import { exitCodeFor, formatOf, printEnvelope } from "../output.ts";
import { workingFolder } from "../run-request.ts";
import { openSession } from "../session.ts";
import type { CliWorld } from "../world.ts";
import { readInputs } from "./operator-inputs.ts";
import type { OperatorOptions, OperatorRunOptions } from "./operator-options.ts";

export type OperatorCheckOptions = OperatorOptions & Pick<OperatorRunOptions, "input" | "inputFile">;

/** `tandem operator check <name>`: is the contract valid; with inputs, do the files that are there now pass its checks. No Codex. */
export async function checkOperatorCommand(
  name: string,
  options: OperatorCheckOptions,
  world: CliWorld,
): Promise<ExitCode> {
  const cwd = workingFolder(options, world);
  const session = await openSession(world, cwd);
  const { checkPresent, findOperator, makeOperatorRequest, readOperator } = await import(
    "../../../tasks/operator/operators.ts"
  );
  const isFile = /[\\/]|\.yaml$/.test(name);
  const found = isFile
    ? readOperator(resolve(world.cwd, name), "project")
    : findOperator(name, operatorFolders(session));
  const { contract } = found;
  const answer = { schema: envelopeSchema, kind: "operators" } as const;
  if (options.input.length === 0 && options.inputFile === undefined) {
    const summary = `${contract.name} is a valid operator with ${contract.checks.length} checks. With --input its checks are held against the files that are there.`;
    await printEnvelope({ ...answer, ok: true, summary }, formatOf(options), world);
    return ExitCode.done;
  }
  const given = await readInputs(options, contract, world);
  const operator = makeOperatorRequest(found, given, { cwd, isPerson: true, overwrite: true });
  const evidence = await checkPresent(operator);
  const checks = evidence.filter(({ status }) => status === "failed").map(({ check }) => check);
  const envelope: Envelope = {
    ...answer,
    ok: checks.length === 0,
    evidence,
    ...(checks.length === 0
      ? { summary: "What can be checked without a run passes." }
      : { error: reportError("verification_failed", { checks }) }),
  };
  await printEnvelope(envelope, formatOf(options), world);
  return exitCodeFor(envelope);
}

/** `tandem operator new <name>`: a file to begin with, in the project or among the user's own. */
export async function newOperatorCommand(
  name: string,
  options: OperatorOptions & { readonly user?: boolean },
  world: CliWorld,
): Promise<ExitCode> {
  const session = await openSession(world, workingFolder(options, world));
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) {
    throw new TandemError("usage", {
      problem: `${quote(name)} cannot be the name of an operator.`,
      hint: "Lower-case letters, digits and dashes; a letter first.",
    });
  }
  const { newOperatorText } = await import("../../../tasks/operator/operators.ts");
  const file = join(folderFor(options.user === true, operatorFolders(session)), `${name}.yaml`);
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, newOperatorText(name), { flag: "wx" });
  } catch (error) {
    throw new TandemError("usage", { problem: `${file} cannot be made: ${messageOf(error)}.` });
  }
  const summary = `Wrote ${file}. Change it, then: tandem operator check ${name}`;
  await printEnvelope(
    { schema: envelopeSchema, ok: true, kind: "operators", summary },
    formatOf(options),
    world,
  );
  return ExitCode.done;
}

/** The project's folder must not be a link: what is written there would land elsewhere. */
function folderFor(isUsers: boolean, { project, user }: OperatorFolders): string {
  const base = isUsers ? user : project;
  if (base === undefined) throw new TandemError("usage", { problem: "There is no folder for it." });
  if (isUsers) return join(base, "operators");
  const parts = [join(base, ".tandem"), join(base, ".tandem", "operators")];
  const linked = parts.find((part) => lstatSync(part, { throwIfNoEntry: false })?.isSymbolicLink());
  if (linked !== undefined) throw new TandemError("usage", { problem: `${linked} is a link.` });
  return join(base, ".tandem", "operators");
}
