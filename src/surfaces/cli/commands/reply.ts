import { TandemError } from "../../../domain/errors/tandem-error.ts";
import type { ExitCode } from "../../../domain/exit-code.ts";
import { isTerminal, shortJobId } from "../../../domain/job.ts";
import { seedReply } from "../../../tasks/seed-reply.ts";
import { titleFrom } from "../../../tasks/title.ts";
import { continuedWishes } from "../../client/delegate-part.ts";
import { readSeed, threadToContinue } from "../../client/resumed-thread.ts";
import { readPrompt } from "../prompt.ts";
import type { RunOptions } from "../run-options.ts";
import { makeRunRequest, workingFolder } from "../run-request.ts";
import { openSession } from "../session.ts";
import { settingFlags } from "../setting-flags.ts";
import type { CliWorld } from "../world.ts";
import { performRun } from "./run-command.ts";

export interface ReplyOptions extends RunOptions {
  readonly thread?: string;
  readonly promptFile?: string;
  readonly write?: boolean;
}

/**
 * `tandem reply <job|--thread ID> TEXT`: the next turn on a thread, with the new text alone. A job that left no thread (a review)
 * gets a new one that is given its question and answer first.
 */
export async function replyCommand(
  words: readonly string[],
  options: ReplyOptions,
  world: CliWorld,
): Promise<ExitCode> {
  const { name, text } = namesAndText(words, options);
  const finder = await openSession(world, world.cwd);
  const job = name === undefined ? undefined : await finder.store.find(name);
  if (job !== undefined && !isTerminal(job.status)) {
    const short = shortJobId(job.id);
    throw new TandemError(
      "job_running",
      { id: job.id },
      {
        repair: {
          say: "Wait for it, or speak into its running turn.",
          command: `tandem steer ${short} TEXT`,
        },
      },
    );
  }
  // A thread is continued where it worked.
  const folder =
    options.cwd ?? (job === undefined ? undefined : (await finder.store.readRequest(job.id))?.cwd);
  const cwd = workingFolder(folder === undefined ? {} : { cwd: folder }, world);
  const isDelegated = job?.kind === "delegate";
  const timeoutKey = isDelegated ? "timeout_delegate" : "timeout_task";
  const session = await openSession(world, cwd, settingFlags(options, timeoutKey));
  const said = await readPrompt(text, options.promptFile, world, "text");
  const resume = threadToContinue(options.thread, job);
  const seed = resume === undefined && job !== undefined ? await readSeed(job, session) : undefined;
  if (seed !== undefined) {
    world.stderr.write(
      `Job ${shortJobId(job?.id ?? "")} left no thread; a new one gets its question and answer.\n`,
    );
  }
  const request = makeRunRequest(
    {
      title: titleFrom(said),
      ephemeral: false,
      prompt: seed === undefined ? said : seedReply(seed, said),
      ...(isDelegated
        ? {
            kind: "delegate",
            tier: options.tier ?? "workspace-write",
            delegate: await continuedWishes(job, session),
          }
        : {
            kind: "task",
            tier: options.write === true ? "workspace-write" : (options.tier ?? "read-only"),
          }),
      ...(resume === undefined ? {} : { resume }),
    },
    options,
    session.settings,
    cwd,
    world,
  );
  return performRun(request, options, session);
}

/** With --thread all words are the text; else the first names the job. */
function namesAndText(
  [first, second, ...others]: readonly string[],
  { thread }: ReplyOptions,
): { readonly name?: string; readonly text: string | undefined } {
  const surplus = thread === undefined ? others : [second, ...others].filter((word) => word !== undefined);
  if (surplus.length > 0) {
    throw new TandemError("usage", {
      problem: "The text has to be one argument.",
      hint: "Put it in quotes, or use --prompt-file.",
    });
  }
  if (thread !== undefined) return { text: first };
  if (first === undefined) {
    throw new TandemError("usage", {
      problem: "There is nothing to reply to.",
      hint: "Name a job, or a thread with --thread.",
    });
  }
  return { name: first, text: second };
}
