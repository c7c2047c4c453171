import type { ExitCode } from "../../../domain/exit-code.ts";
import type { ReviewRequest, ReviewScope } from "../../../domain/run.ts";
import type { FailOn, RunOptions } from "../run-options.ts";
import { makeRunRequest, workingFolder } from "../run-request.ts";
import { openSession } from "../session.ts";
import { settingFlags } from "../setting-flags.ts";
import type { CliWorld } from "../world.ts";
import { performRun } from "./run-command.ts";

export interface ReviewOptions extends RunOptions, FailOn {
  readonly scope: ReviewScope;
  readonly base?: string;
  readonly commit?: string;
  readonly path: readonly string[];
}

/** `tandem review`: Codex's built-in reviewer on a change of this repository. */
export async function reviewCommand(options: ReviewOptions, world: CliWorld): Promise<ExitCode> {
  const cwd = workingFolder(options, world);
  const session = await openSession(world, cwd, settingFlags(options, "timeout_review"));
  const review = reviewRequest(options);
  const request = makeRunRequest(
    {
      kind: "review",
      title: "review",
      ephemeral: true,
      review,
      ...(options.failOn === undefined ? {} : { failOn: options.failOn }),
    },
    options,
    session.settings,
    cwd,
    world,
  );
  const [{ prepareReview }, { emptyReview, runReview }, { dryRunReview }] = await Promise.all([
    import("../../../tasks/prepare-review.ts"),
    import("../../../tasks/review.ts"),
    import("../../../tasks/dry-run.ts"),
  ]);
  const prepared = await prepareReview(request, world);
  const titled =
    options.title === undefined ? { ...request, title: prepared.resolved.target.label } : request;
  return performRun(
    titled,
    {
      perform: async (context) => runReview(titled, prepared, context),
      ...(prepared.changes.length === 0 ? { immediate: emptyReview(prepared) } : {}),
      dryRun: async () => dryRunReview(titled, prepared),
    },
    options,
    session,
  );
}

/** Paths alone mean the uncommitted changes of these paths; with another scope they limit it. */
function reviewRequest({ scope, base, commit, path }: ReviewOptions): ReviewRequest {
  return {
    scope,
    ...(base === undefined ? {} : { base }),
    ...(commit === undefined ? {} : { commit }),
    paths: path,
  };
}
