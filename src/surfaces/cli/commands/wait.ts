import type { Envelope } from "../../../domain/envelope.ts";
import { ExitCode } from "../../../domain/exit-code.ts";
import { isTerminal, type JobRecord } from "../../../domain/job.ts";
import { waitForJobs } from "../../../jobs/follow-job.ts";
import { resultOf } from "../../client/result-of.ts";
import { settle } from "../../client/settle.ts";
import { waitedEnvelope } from "../../client/waited-jobs.ts";
import { awaitJob } from "../await-job.ts";
import { watchForSignals } from "../leave-or-cancel.ts";
import { exitCodeFor, formatOf, printEnvelope } from "../output.ts";
import type { FailOn, FormatOptions } from "../run-options.ts";
import { openSession } from "../session.ts";
import { waitBudget } from "../wait-budget.ts";
import type { CliWorld } from "../world.ts";

export interface WaitOptions extends FormatOptions, FailOn {
  readonly waitBudget?: string;
}

/** `tandem wait <job…>`: waits for jobs and prints their results. An interrupt leaves them running: they were asked for elsewhere. */
export async function waitCommand(
  names: readonly string[],
  options: WaitOptions,
  world: CliWorld,
): Promise<ExitCode> {
  const session = await openSession(world, world.cwd, { wait_budget: options.waitBudget });
  const { store } = session;
  const jobs: JobRecord[] = [];
  for (const name of names) {
    const job = await store.find(name);
    if (!jobs.some(({ id }) => id === job.id)) jobs.push(job);
  }
  const [only, ...others] = jobs;
  const format = formatOf(options);
  const failOn = options.failOn === undefined ? {} : { failOn: options.failOn };
  if (only !== undefined && others.length === 0) {
    return awaitJob(only, { format, ...failOn, interrupt: "leave" }, session);
  }
  const signals = watchForSignals({ onInterrupt: "leave" });
  try {
    const budgetMs = waitBudget(session);
    const followed = await waitForJobs(
      store,
      jobs.map(({ id }) => id),
      { signal: signals.left, ...(budgetMs === undefined ? {} : { budgetMs }) },
    );
    const records = followed.map(({ record }) => record);
    const results = await Promise.all(
      records.filter(({ status }) => isTerminal(status)).map(async (record) => resultOf(record, store)),
    );
    await printEnvelope(waitedEnvelope(records, results), format, world);
    for (const result of results) await settle(result, session);
    return worstOf(records, results, options);
  } finally {
    signals.stop();
  }
}

/** A job that goes on counts most: there is something left to wait for. Else the first that did not succeed. */
function worstOf(records: readonly JobRecord[], results: readonly Envelope[], { failOn }: FailOn): ExitCode {
  if (results.length < records.length) return ExitCode.stillRunning;
  const codes = results.map((result) => exitCodeFor(result, failOn));
  return (
    codes.find((code) => code !== ExitCode.done && code !== ExitCode.doneWithConcerns) ??
    codes.find((code) => code === ExitCode.doneWithConcerns) ??
    ExitCode.done
  );
}
