import type { CallToolResult } from "@modelcontextprotocol/server";
import { type Envelope, envelopeSchema } from "../../../domain/envelope.ts";
import { reportError, TandemError } from "../../../domain/errors/tandem-error.ts";
import { isTerminal, type JobRecord, shortJobId } from "../../../domain/job.ts";
import { summarizeJob } from "../../../jobs/job-status.ts";
import type { OwnerReply, OwnerRequest } from "../../../jobs/owner-inbox.ts";
import { callWords } from "../../../report/text/reader.ts";
import type { CallContext } from "../host.ts";
import { openPlace } from "../place/open-place.ts";
import type { McpSession } from "../place/open-session.ts";
import { answerText } from "../results/answer.ts";
import type { ReplyArguments } from "../tools/reply.ts";
import { nothingWaits, readReply } from "./read-reply.ts";

/** The tool `reply`: the next turn of a job that has ended; of one that runs an answer, a refusal, or text for its turn. */
export async function callReply(values: ReplyArguments, context: CallContext): Promise<CallToolResult> {
  const { text, answers, decision, request, job: name, dryRun, workspace } = values;
  if ([text, answers, decision].filter((given) => given !== undefined).length !== 1) {
    throw new TandemError("usage", {
      problem: "Exactly one of `text`, `answers` and `decision` is needed.",
      hint: "text goes on with the job or answers its question; answers answer several; decision turns a request down.",
    });
  }
  const { session, notes } = await openPlace({ folder: workspace, needsNoFolder: true }, context.host);
  const job = await session.store.find(name);
  if (isTerminal(job.status)) {
    if (text === undefined || request !== undefined) throw nothingWaits(job);
    const { nextTurn } = await import("./next-turn.ts");
    return nextTurn(job, text, values, context);
  }
  if (dryRun === true) {
    throw new TandemError("usage", {
      problem: `Job ${shortJobId(job.id)} runs: what is said goes into its turn as it is, so there is nothing to try first.`,
      hint: "Leave `dryRun` out.",
    });
  }
  const owner = readReply(values, job, session);
  const reply = await session.store.postRequest(job.id, owner);
  return answerText(await outcomeOf(job, owner, reply, session), { notes });
}

async function outcomeOf(
  { id }: JobRecord,
  { type }: OwnerRequest,
  reply: OwnerReply,
  { store }: McpSession,
): Promise<Envelope> {
  const name = shortJobId(id);
  const said = type === "steer" ? "the text" : "the answer";
  return {
    schema: envelopeSchema,
    ok: reply.ok,
    kind: type,
    job: summarizeJob(await store.read(id)),
    ...(reply.ok
      ? {
          summary:
            type === "steer"
              ? `Codex has been told in its running turn (job ${name}).`
              : `Codex has its answer (job ${name}).`,
        }
      : {
          error: reportError("usage", {
            problem: `Job ${name} did not take ${said}: ${reply.reason}.`,
            hint: "See what it does now with `status`.",
          }),
        }),
    nextSteps: [`${callWords("result", { job: name, waitSeconds: 50 })} gives its result.`],
  };
}
