import { TandemError } from "../../../domain/errors/tandem-error.ts";
import type { ExitCode } from "../../../domain/exit-code.ts";
import { isTerminal } from "../../../domain/job.ts";
import type { RunRequest } from "../../../domain/run.ts";
import { askerOf } from "../../client/asker.ts";
import { sessionOf } from "../../client/make-run-request.ts";
import type { RunOptions } from "../run-options.ts";
import { openSession } from "../session.ts";
import type { CliWorld } from "../world.ts";
import { performRun } from "./run-command.ts";

export type RetryOptions = Pick<
  RunOptions,
  "background" | "wait" | "json" | "format" | "waitBudget" | "direct" | "dryRun"
>;

/** `tandem retry <job>`: asks for the same again, as it was asked for then, as a new job. */
export async function retryCommand(name: string, options: RetryOptions, world: CliWorld): Promise<ExitCode> {
  const flags = { wait_budget: options.waitBudget, direct: options.direct === true ? "true" : undefined };
  const finder = await openSession(world, world.cwd);
  const job = await finder.store.find(name);
  if (!isTerminal(job.status)) throw new TandemError("job_running", { id: job.id });
  const stored = await finder.store.readRequest(job.id);
  if (stored === undefined) {
    throw new TandemError("usage", {
      problem: `What job ${job.id} was asked for is not stored any more.`,
      hint: "Ask for it again.",
    });
  }
  // The settings of the folder that the job worked in.
  const session = await openSession(world, stored.cwd, flags);
  if (stored.tier === "danger-full-access" && !session.settings.values.allow_full_access) {
    throw new TandemError("usage", {
      problem: "The job had full access, which the setting allow_full_access does not allow now.",
      hint: "Set it, or ask for the run again with a smaller tier.",
    });
  }
  // A key would name the old job.
  const { idempotencyKey: _key, session: _session, ...request } = stored;
  const own = sessionOf(world);
  const again: RunRequest = {
    ...request,
    askedBy: askerOf(world, world.stdout.isTTY === true),
    ...(own === undefined ? {} : { session: own }),
  };
  return performRun(again, { ...options, mcp: [], config: [], title: request.title }, session);
}
