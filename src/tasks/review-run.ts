import type { Route } from "../codex/route.ts";
import type { RunRequest } from "../domain/run.ts";
import type { PreparationWorld, PreparedReview } from "./prepare-review.ts";
import type { PreparedRun } from "./prepare-run.ts";

/** Gathers the change that a review is about. Throws the preconditions of a review. */
export async function prepareReviewRun(
  request: RunRequest,
  route: Route,
  world: PreparationWorld,
): Promise<PreparedRun> {
  const [prepared, { emptyReview }, { showsNothing }] = await Promise.all([
    lookAtChange(request, world),
    import("./review-grounds.ts"),
    import("./inline-change.ts"),
  ]);
  const { changes, diff } = prepared;
  // Nobody is asked about names alone when Claude Code waits.
  const isEmpty = request.kind === "gate" ? showsNothing(diff) : changes.length === 0;
  return {
    label: prepared.resolved.target.label,
    ...(isEmpty ? { immediate: emptyReview(prepared) } : {}),
    dryRun: async () => (await import("./dry-run.ts")).dryRunReview(request, prepared, route),
    perform: async (context) => {
      if (route.form === "native") {
        return (await import("./native-review.ts")).runNativeReview(request, prepared, context);
      }
      return (await import("./structured-review.ts")).runStructuredReview(request, prepared, context);
    },
  };
}

async function lookAtChange(request: RunRequest, world: PreparationWorld): Promise<PreparedReview> {
  if (request.kind === "gate") return (await import("./gate/prepare-gate.ts")).prepareGate(request, world);
  return (await import("./prepare-review.ts")).prepareReview(request, world);
}
