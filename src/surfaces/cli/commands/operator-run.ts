import { TandemError } from "../../../domain/errors/tandem-error.ts";
import type { ExitCode } from "../../../domain/exit-code.ts";
import { operatorFolders } from "../../client/operator/load-operators.ts";
import { operatorPart } from "../../client/operator/operator-part.ts";
import { requireImageTool } from "../../client/operator/require-image-tool.ts";
import { resumedThread } from "../../client/resumed-thread.ts";
import { makeRunRequest, workingFolder } from "../run-request.ts";
import { openSession } from "../session.ts";
import { settingFlags } from "../setting-flags.ts";
import type { CliWorld } from "../world.ts";
import { acceptOnTerminal } from "./operator-accept.ts";
import { readInputs } from "./operator-inputs.ts";
import type { OperatorRunOptions } from "./operator-options.ts";
import { performRun } from "./run-command.ts";

/** `tandem operator run <name>`: the operator's work, checked. A project's operator is shown to a person before its first run. */
export async function runOperatorCommand(
  name: string,
  options: OperatorRunOptions,
  world: CliWorld,
): Promise<ExitCode> {
  const cwd = workingFolder(options, world);
  const session = await openSession(world, cwd, settingFlags(options, "timeout_task"));
  const { findOperator, makeOperatorRequest } = await import("../../../tasks/operator/operators.ts");
  const found = findOperator(name, operatorFolders(session));
  refuseTier(options, found.contract.tier);
  const given = await readInputs(options, found.contract, world);
  // Before the person is asked: what cannot run need not be judged.
  const operator = makeOperatorRequest(found, given, {
    cwd,
    isPerson: true,
    overwrite: options.overwrite === true,
  });
  await acceptOnTerminal(found, session, options.dryRun === true);
  const resume = await resumedThread(options.job === undefined ? {} : { job: options.job }, session);
  const part = operatorPart(operator, {
    hasTimeout: options.timeout !== undefined,
    ...(options.network === undefined ? {} : { network: options.network }),
    ...(resume === undefined ? {} : { resume }),
    ...(options.rehearse === true ? { isEphemeral: true } : {}),
  });
  const request = makeRunRequest(part, options, session.settings, cwd, world);
  if (options.dryRun !== true) await requireImageTool(request, session);
  return performRun(request, options, session);
}

/** The contract says what a run may change; a wider tier would break it, a smaller one could not keep it. */
function refuseTier({ tier }: OperatorRunOptions, wanted: string): void {
  if (tier === undefined || tier === wanted) return;
  throw new TandemError("usage", {
    problem: `The tier of an operator is that of its contract: ${wanted}.`,
    hint: "Leave --tier out.",
  });
}
