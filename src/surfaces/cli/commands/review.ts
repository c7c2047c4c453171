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
  readonly focus?: string;
  readonly structured?: boolean;
  readonly nativeOnly?: boolean;
}

/** `tandem review` and `tandem adversarial-review`: Codex's own reviewer, or the model under our prompt and schema. */
export async function reviewCommand(
  kind: "review" | "adversarial-review",
  options: ReviewOptions,
  world: CliWorld,
): Promise<ExitCode> {
  const cwd = workingFolder(options, world);
  const session = await openSession(world, cwd, settingFlags(options, "timeout_review"));
  const part = { kind, title: kind, ephemeral: true, review: reviewRequest(kind, options) } as const;
  const failOn = options.failOn === undefined ? {} : { failOn: options.failOn };
  const request = makeRunRequest({ ...part, ...failOn }, options, session.settings, cwd, world);
  return performRun(request, options, session);
}

function reviewRequest(
  kind: "review" | "adversarial-review",
  { scope, base, commit, path, focus, structured, nativeOnly }: ReviewOptions,
): ReviewRequest {
  const isStructured = kind === "adversarial-review" || structured === true || focus !== undefined;
  return {
    scope,
    paths: path,
    ...(base === undefined ? {} : { base }),
    ...(commit === undefined ? {} : { commit }),
    ...(focus === undefined ? {} : { focus }),
    ...(isStructured ? { form: "structured" as const } : {}),
    ...(nativeOnly === true ? { form: "native" as const, isNativeOnly: true } : {}),
  };
}
