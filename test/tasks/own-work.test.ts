import { join } from "node:path";
import { afterEach, expect, vi } from "vitest";
import type { ThreadSession, TurnOutcome } from "../../src/codex/engine.ts";
import type { CommandEnd } from "../../src/codex/sandboxed-command.ts";
import { Watchdog } from "../../src/codex/watchdog.ts";
import { prepareDelegate } from "../../src/tasks/delegate/prepare-delegate.ts";
import { runDelegate } from "../../src/tasks/delegate/run-delegate.ts";
import { runOperator } from "../../src/tasks/operator/run-operator.ts";
import type { TaskContext } from "../../src/tasks/task.ts";
import { makeHome } from "../support/homes.ts";
import { verifies } from "../support/requirements.ts";
import { Fixture, makeFolder, makeWorld } from "../workspace/support.ts";
import { contractHead, operatorOf } from "./operator/support.ts";
import { makeRequest } from "./support.ts";

afterEach(() => {
  vi.useRealTimers();
});

const stallMs = 60_000;
const sandbox = { tier: "read-only", network: false, approvals: "never" } as const;

interface Watched {
  readonly context: Omit<TaskContext, "job">;
  /** At the beginning of each turn: whether it would be ended at once. */
  readonly expired: readonly boolean[];
  /** More time than Codex may be silent. */
  readonly passLong: () => void;
}

/** A context with a clock of the test's, in which Codex answers at once. */
function watch(outcome: TurnOutcome): Watched {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const watchdog = new Watchdog({ stallMs, timeoutMs: 100 * stallMs });
  let isExpired = false;
  void watchdog.expired.then(() => {
    isExpired = true;
  });
  const expired: boolean[] = [];
  const session: ThreadSession = {
    facts: { thread: "t", sandbox },
    pins: [],
    takesFollowUps: true,
    run: async () => {
      expired.push(isExpired);
      return outcome;
    },
    close: async () => undefined,
  };
  const context = {
    openThread: async () => session,
    watchdog,
    signal: new AbortController().signal,
    emit: () => undefined,
    observe: () => undefined,
  };
  return { context, expired, passLong: () => vi.advanceTimersByTime(2 * stallMs) };
}

verifies("races.own_work", "checks before a delegated turn, however long they take", async () => {
  const fixture = Fixture.withCommit();
  const request = makeRequest({
    kind: "delegate",
    cwd: fixture.root,
    delegate: { includeUntracked: false, checks: ["npm test"], links: [], previewBytes: 1_000 },
  });
  const { context, expired, passLong } = watch({ status: "completed", answer: "Done", commands: [] });
  const runShell = async (): Promise<CommandEnd> => {
    passLong();
    return { end: "exit code 0", output: "" };
  };
  const folder = makeFolder();
  const job = { id: "20260101t000000000-bcdfgh", folder, worktrees: join(folder, "worktrees"), runShell };
  const prepared = await prepareDelegate(request, makeWorld(fixture.home));
  await runDelegate(request, prepared, { ...context, job });
  expect(expired).toEqual([false]);
});

verifies("races.own_work", "commands of an operator's checks between two turns", async () => {
  const cwd = makeHome("operator");
  const operator = operatorOf(
    `${contractHead.trimEnd()}\nreturns: {type: object}\nchecks: [{check: command, run: [test]}]\nretry: {verification_failed: 1}`,
    { cwd },
  );
  const request = makeRequest({ kind: "operator", cwd, operator });
  const answer = '{"status":"ok","result":{}}';
  const { context, expired, passLong } = watch({ status: "completed", answer, commands: [] });
  let exitCode = 0;
  const runCommand = async () => {
    passLong();
    exitCode += 1;
    return { exitCode, output: "" };
  };
  const folder = makeFolder();
  const job = { id: "20260101t000000000-bcdfgh", folder, worktrees: join(folder, "worktrees") };
  const observe: TaskContext["observe"] = (listener) =>
    listener({ type: "turn_completed", turn: "u", status: "completed" });
  const prepared = { operator, images: [], checkedImages: [], text: "", codexHome: folder };
  await runOperator(request, prepared, { ...context, observe, runCommand, job });
  expect(expired).toEqual([false, false]);
});
