import type { Route } from "../codex/route.ts";
import type { Envelope } from "../domain/envelope.ts";
import { isReviewKind, type RunRequest } from "../domain/run.ts";
import type { PreparationWorld } from "./prepare-review.ts";
import type { Perform, TaskResult } from "./task.ts";

/** A run with its input gathered: what it would send, and how it is performed. */
export interface PreparedRun {
  /** What the run is about, once the input is known; reviews only. */
  readonly label?: string;
  /** Set when there is nothing to ask: the result without any model call. */
  readonly immediate?: TaskResult;
  readonly dryRun: () => Promise<Envelope>;
  readonly perform: Perform;
}

/** Where a run's input is gathered. */
export interface RunWorld extends PreparationWorld {
  /** The folder of Codex's own configuration and threads; absolute. */
  readonly codexHome: string;
}

/**
 * Gathers a run's input from its request alone, so that any process can do it: the one that asks, to refuse bad input before
 * anything starts, and the one that owns the job. Throws the preconditions of the kind of run.
 */
export async function prepareRun(request: RunRequest, route: Route, world: RunWorld): Promise<PreparedRun> {
  if (isReviewKind(request.kind)) {
    const { prepareReviewRun } = await import("./review-run.ts");
    return prepareReviewRun(request, route, world);
  }
  if (request.kind === "operator") return prepareOperatorRun(request, route, world);
  if (request.kind === "delegate") return prepareDelegateRun(request, route, world);
  return request.kind === "consult" ? prepareConsultRun(request, route) : prepareTaskRun(request, route);
}

async function prepareConsultRun(request: RunRequest, route: Route): Promise<PreparedRun> {
  const { prepareConsult, runConsult } = await import("./consult.ts");
  const prepared = await prepareConsult(request);
  return {
    dryRun: async () => (await import("./dry-run.ts")).dryRunConsult(request, prepared, route),
    perform: async (context) => runConsult(request, prepared, context),
  };
}

async function prepareTaskRun(request: RunRequest, route: Route): Promise<PreparedRun> {
  const { prepareTask, runTask } = await import("./task-run.ts");
  const prepared = await prepareTask(request);
  return {
    dryRun: async () => (await import("./dry-run.ts")).dryRunTask(request, prepared, route),
    perform: async (context) => runTask(request, prepared, context),
  };
}

async function prepareOperatorRun(
  request: RunRequest,
  route: Route,
  { codexHome }: RunWorld,
): Promise<PreparedRun> {
  const { dryRunOperator, prepareOperator, runOperator } = await import("./operator/operators.ts");
  const prepared = await prepareOperator(request, codexHome);
  return {
    dryRun: async () => dryRunOperator(request, prepared, route),
    perform: async (context) => runOperator(request, prepared, context),
  };
}

async function prepareDelegateRun(
  request: RunRequest,
  route: Route,
  world: PreparationWorld,
): Promise<PreparedRun> {
  const { prepareDelegate, dryRunDelegate, runDelegate } = await import("./delegate/delegate-work.ts");
  const prepared = await prepareDelegate(request, world);
  return {
    dryRun: async () => dryRunDelegate(request, prepared, route),
    perform: async (context) => runDelegate(request, prepared, context),
  };
}
