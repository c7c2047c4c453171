import type { CallToolResult } from "@modelcontextprotocol/server";
import { type JobRecord, shortJobId } from "../../../domain/job.ts";
import { seedReply } from "../../../tasks/seed-reply.ts";
import { titleFrom } from "../../../tasks/title.ts";
import { continuedWishes } from "../../client/delegate-part.ts";
import { readSeed, threadToContinue } from "../../client/resumed-thread.ts";
import type { CallContext } from "../host.ts";
import type { ReplyArguments } from "../tools/reply.ts";
import { performRun } from "./perform-run.ts";

/**
 * The next turn of a job that has ended: on its thread, else on a new one that is given its question and answer. Read-only, but for a
 * delegated job, which goes on in its own work tree.
 */
export async function nextTurn(
  job: JobRecord,
  text: string,
  values: ReplyArguments,
  context: CallContext,
): Promise<CallToolResult> {
  const resume = threadToContinue(undefined, job);
  return performRun(
    {
      values,
      continues: job.id,
      makePart: async ({ session }) => ({
        ...(job.kind === "delegate"
          ? {
              kind: "delegate" as const,
              tier: "workspace-write" as const,
              delegate: await continuedWishes(job, session),
            }
          : { kind: "task" as const, tier: "read-only" as const }),
        title: titleFrom(text),
        ephemeral: false,
        prompt: resume === undefined ? seedReply(await readSeed(job, session), text) : text,
        ...(resume === undefined ? {} : { resume }),
      }),
      notes:
        resume === undefined
          ? [`Job ${shortJobId(job.id)} left no thread; a new one got its question and answer.`]
          : [],
    },
    context,
  );
}
