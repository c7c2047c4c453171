import { type Envelope, envelopeSchema } from "../../../domain/envelope.ts";
import { TandemError } from "../../../domain/errors/tandem-error.ts";
import { ExitCode } from "../../../domain/exit-code.ts";
import type { JobRecord } from "../../../domain/job.ts";
import type { RunRequest } from "../../../domain/run.ts";
import { operatorFolders } from "../../client/operator/load-operators.ts";
import { operatorPart } from "../../client/operator/operator-part.ts";
import { requireImageTool } from "../../client/operator/require-image-tool.ts";
import { type RunStart, startRun } from "../../client/start-run.ts";
import { waitedEnvelope } from "../../client/waited-jobs.ts";
import { formatOf, printEnvelope } from "../output.ts";
import { makeRunRequest, workingFolder } from "../run-request.ts";
import { type CliSession, openSession } from "../session.ts";
import { settingFlags } from "../setting-flags.ts";
import type { CliWorld } from "../world.ts";
import { type ImageOptions, readWishes } from "./image-wishes.ts";
import { acceptOnTerminal } from "./operator-accept.ts";
import { performRun } from "./run-command.ts";
import { waitCommand } from "./wait.ts";

/** `tandem image`: one run of the operator `image` for each image. All are looked at before the first is started. */
export async function imageCommand(
  text: string | undefined,
  options: ImageOptions,
  world: CliWorld,
): Promise<ExitCode> {
  const cwd = workingFolder(options, world);
  const session = await openSession(world, cwd, settingFlags(options, "timeout_task"));
  const wanted = await readWishes(text, options, world);
  const { findOperator, makeOperatorRequest } = await import("../../../tasks/operator/operators.ts");
  const found = findOperator("image", operatorFolders(session));
  const requests: RunRequest[] = wanted.map(({ prompt, output, aspect, references }, index) => {
    const given = {
      prompt,
      output,
      ...(aspect === undefined ? {} : { aspect }),
      ...(references.length === 0 ? {} : { references }),
    };
    const place = { cwd, isPerson: true, overwrite: options.overwrite === true };
    const operator = makeOperatorRequest(found, given, place);
    const part = operatorPart(operator, {
      hasTimeout: options.timeout !== undefined,
      ...(options.network === undefined ? {} : { network: options.network }),
      ...(options.rehearse === true ? { isEphemeral: true } : {}),
    });
    const { idempotencyKey: key } = options;
    // Each image is a run of its own, so it needs a key of its own.
    const keyed =
      key === undefined || wanted.length === 1
        ? options
        : { ...options, idempotencyKey: `${key}-${index + 1}` };
    return makeRunRequest(part, keyed, session.settings, cwd, world);
  });
  const [first] = requests;
  if (first === undefined) throw new TandemError("usage", { problem: "No image is named." });
  await acceptOnTerminal(found, session, options.dryRun === true);
  if (options.dryRun !== true) await requireImageTool(first, session);
  if (requests.length === 1) return performRun(first, options, session);
  return options.dryRun === true ? showAll(requests, options, session) : startAll(requests, options, session);
}

/** What each of several runs would be. */
async function showAll(
  requests: readonly RunRequest[],
  options: ImageOptions,
  session: CliSession,
): Promise<ExitCode> {
  const results: Envelope[] = [];
  for (const request of requests) {
    const one = await startRun(startOf(request, options, session), session);
    if (one.type === "answered") results.push(one.envelope);
  }
  const summary = `${results.length} images, each by a run of its own. Nothing was started.`;
  const envelope: Envelope = { schema: envelopeSchema, ok: true, kind: "operator", summary, results };
  await printEnvelope(envelope, formatOf(options), session.world);
  return ExitCode.done;
}

/** Starts each run, then waits for all of them. */
async function startAll(
  requests: readonly RunRequest[],
  options: ImageOptions,
  session: CliSession,
): Promise<ExitCode> {
  const { world } = session;
  const started: JobRecord[] = [];
  try {
    for (const request of requests) {
      const one = await startRun(startOf(request, options, session), session);
      if (one.type === "started") started.push(one.job);
    }
  } catch (error) {
    if (started.length > 0) {
      world.stderr.write(`Not all were started; ${started.length} of ${requests.length} go on.\n`);
    }
    throw error;
  }
  const ids = started.map(({ id }) => id);
  if (options.background !== true) return waitCommand(ids, options, world);
  if (formatOf(options) === "text") world.stdout.write(`${ids.join("\n")}\n`);
  else await printEnvelope(waitedEnvelope(started, []), formatOf(options), world);
  return ExitCode.done;
}

function startOf(request: RunRequest, options: ImageOptions, session: CliSession): RunStart {
  return {
    request,
    isTitled: options.title !== undefined,
    isDryRun: options.dryRun === true,
    warnings: [...session.settings.warnings, ...session.problems],
    onStored: ({ id }) => session.world.stderr.write(`job ${id}\n`),
  };
}
