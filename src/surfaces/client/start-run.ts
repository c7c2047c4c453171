import type { ToldEnd } from "../../broker/told-end.ts";
import { checkWishes } from "../../codex/check-wishes.ts";
import { type Envelope, envelopeSchema } from "../../domain/envelope.ts";
import type { JobRecord } from "../../domain/job.ts";
import type { RunRequest } from "../../domain/run.ts";
import { codexHomeOf } from "../../setup/codex-world.ts";
import type { TaskResult } from "../../tasks/task.ts";
import { chooseRunRoute } from "./choose-run-route.ts";
import type { ClientSession } from "./client-session.ts";
import { type Launch, launchJob } from "./launch-job.ts";

export interface RunStart {
  readonly request: RunRequest;
  /** The title was chosen; else a review is called after what it examines. */
  readonly isTitled: boolean;
  /** Says what would be examined and sent, and starts nothing. */
  readonly isDryRun: boolean;
  /** Of settings and state, for the result. */
  readonly warnings: readonly string[];
  /** See `Launch`. */
  readonly onStored?: Launch["onStored"];
  /** See `Launch`. */
  readonly isAwaited?: boolean;
  /** Does the work of gathering the input, which may take a while in a large repository. */
  readonly whileGathering?: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/** A run that was asked for: answered without any model call, or started. */
export type StartedRun =
  | { readonly type: "answered"; readonly envelope: Envelope }
  | {
      readonly type: "started";
      readonly job: JobRecord;
      /** False for the job of an earlier request with the same idempotency key. */
      readonly isNew: boolean;
      /** Of a run that is awaited, where a broker has it. */
      readonly end?: ToldEnd;
    };

/**
 * The common way of every paid run: bad input is refused, then a dry run or an empty change is answered, or the job is stored and
 * given to a background process, which owns it from then on. Throws the preconditions of the kind of run, and what `launchJob` throws.
 */
export async function startRun(start: RunStart, session: ClientSession): Promise<StartedRun> {
  const { request, isTitled, isDryRun, warnings, onStored, isAwaited, whileGathering = doNow } = start;
  const { world } = session;
  const codexHome = codexHomeOf(world);
  await checkWishes(request, codexHome);
  const route = await chooseRunRoute(request, session);
  const { prepareRun } = await import("../../tasks/prepare-run.ts");
  const prepared = await whileGathering(async () =>
    prepareRun(request, route, { ...machineOf(world), codexHome }),
  );
  if (isDryRun) return { type: "answered", envelope: await prepared.dryRun() };
  if (prepared.immediate !== undefined) {
    return { type: "answered", envelope: withoutRun(request, prepared.immediate) };
  }
  const title = isTitled ? request.title : (prepared.label ?? request.title);
  const { record, ...launched } = await launchJob(
    {
      request: { ...request, title },
      route,
      warnings,
      ...(onStored === undefined ? {} : { onStored }),
      ...(isAwaited === undefined ? {} : { isAwaited }),
    },
    session,
  );
  return { type: "started", job: record, ...launched };
}

/** Named one by one: a copy of the world of a command would start its streams. */
function machineOf({ platform, environment }: ClientSession["world"]) {
  return { platform, environment };
}

function withoutRun(request: RunRequest, { parts }: TaskResult): Envelope {
  return { schema: envelopeSchema, ok: true, kind: request.kind, ...parts };
}

async function doNow<Result>(work: () => Promise<Result>): Promise<Result> {
  return work();
}
