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

/**
 * Gathers a run's input from its request alone, so that any process can do it: the one that asks, to refuse bad input before
 * anything starts, and the one that owns the job. Throws the preconditions of the kind of run.
 */
export async function prepareRun(
  request: RunRequest,
  route: Route,
  world: PreparationWorld,
): Promise<PreparedRun> {
  if (isReviewKind(request.kind)) return prepareReviewRun(request, route, world);
  return request.kind === "consult" ? prepareConsultRun(request, route) : prepareTaskRun(request, route);
}

async function prepareReviewRun(
  request: RunRequest,
  route: Route,
  world: PreparationWorld,
): Promise<PreparedRun> {
  const [{ prepareReview }, { emptyReview }] = await Promise.all([
    import("./prepare-review.ts"),
    import("./review-grounds.ts"),
  ]);
  const prepared = await prepareReview(request, world);
  return {
    label: prepared.resolved.target.label,
    ...(prepared.changes.length === 0 ? { immediate: emptyReview(prepared) } : {}),
    dryRun: async () => (await import("./dry-run.ts")).dryRunReview(request, prepared, route),
    perform: async (context) => {
      if (route.form === "native") {
        return (await import("./native-review.ts")).runNativeReview(request, prepared, context);
      }
      return (await import("./structured-review.ts")).runStructuredReview(request, prepared, context);
    },
  };
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
