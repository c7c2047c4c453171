import type { ThreadOptions, TurnOutcome } from "../../src/codex/engine.ts";
import type { ReviewRequest, RunRequest } from "../../src/domain/run.ts";
import { type PreparedReview, prepareReview } from "../../src/tasks/prepare-review.ts";
import type { TaskContext, TaskResult } from "../../src/tasks/task.ts";
import { Fixture, makeWorld } from "../workspace/support.ts";
import { type FakeSession, fakeSession, makeRequest, noLimits } from "./support.ts";

type Run = (request: RunRequest, prepared: PreparedReview, context: TaskContext) => Promise<TaskResult>;

/** A review keeps no files. */
const noPlace = { id: "", folder: "/", worktrees: "/" };

export interface ReviewWorld {
  readonly fixture: Fixture;
  readonly result: TaskResult;
  readonly session: FakeSession;
  readonly opened: readonly ThreadOptions[];
}

export interface ReviewWorldOptions {
  readonly fixture?: Fixture;
  readonly request?: Partial<RunRequest>;
  readonly review?: Partial<ReviewRequest>;
  /** Runs when the turn has been asked for. */
  readonly meanwhile?: (fixture: Fixture) => void;
}

/** A repository with one changed line, line 2 of a.txt. */
export function changedFixture(): Fixture {
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
  const fixture = Fixture.withCommit({ "a.txt": `${lines.join("\n")}\n`, "b.txt": "b\n" });
  fixture.write({ "a.txt": `${lines.with(1, "changed two").join("\n")}\n` });
  return fixture;
}

/** Reviews the uncommitted changes of a real repository with a Codex that says what it is told to. */
export async function reviewWith(
  run: Run,
  outcomes: (fixture: Fixture) => readonly Partial<TurnOutcome>[],
  options: ReviewWorldOptions = {},
): Promise<ReviewWorld> {
  const fixture = options.fixture ?? changedFixture();
  const review: ReviewRequest = { scope: "auto", paths: [], ...options.review };
  const request = makeRequest({ kind: "review", cwd: fixture.root, review, ...options.request });
  const prepared = await prepareReview(request, makeWorld(fixture.home));
  const session = fakeSession(outcomes(fixture));
  const opened: ThreadOptions[] = [];
  const openThread = async (threadOptions: ThreadOptions) => {
    opened.push(threadOptions);
    options.meanwhile?.(fixture);
    return session;
  };
  const result = await run(request, prepared, {
    openThread,
    emit: () => undefined,
    observe: () => undefined,
    job: noPlace,
    ...noLimits(),
  });
  return { fixture, result, session, opened };
}
