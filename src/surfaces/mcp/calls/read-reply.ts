import { TandemError } from "../../../domain/errors/tandem-error.ts";
import { isTerminal, type JobRecord, shortJobId } from "../../../domain/job.ts";
import type { Pending } from "../../../domain/pending.ts";
import type { OwnerRequest } from "../../../jobs/owner-inbox.ts";
import { callWords } from "../../../report/text/reader.ts";
import { describeAsker } from "../../client/asker.ts";
import type { McpSession } from "../place/open-session.ts";
import type { ReplyArguments } from "../tools/reply.ts";

/**
 * What a reply means to a job that runs: a refusal, the answer to a question, or text for its turn. A tool accepts nothing: what
 * Codex asks for outside of its sandbox is the person's. Throws `usage`.
 */
export function readReply(
  { text, answers, decision, request }: ReplyArguments,
  job: JobRecord,
  { world, askedBy }: McpSession,
): OwnerRequest {
  const { pending = [] } = job;
  const meant = request === undefined ? pending : pending.filter(({ id }) => id === request);
  if (request !== undefined && meant.length === 0) throw nothingWaits(job);
  if (decision !== undefined) {
    const [only, ...others] = meant;
    if (only === undefined) throw nothingWaits(job);
    if (others.length > 0) throw severalWait(meant);
    // By its name: another one may take its place before the owner hears of this.
    return { type: "answer", pending: only.id, answer: { decision, origin: "tool" } };
  }
  const questions = meant.filter(({ kind }) => kind === "question");
  const [question] = questions;
  if (questions.length > 1) throw severalWait(questions);
  if (question === undefined) {
    if (text === undefined || request !== undefined) throw onlyThePerson(job);
    return { type: "steer", text, by: describeAsker(world, askedBy) };
  }
  const given = answers ?? singleAnswer(question, text ?? "");
  return {
    type: "answer",
    pending: question.id,
    answer: { decision: "accept", answers: given, origin: "tool" },
  };
}

/** A request, or an answer to one, that comes too late. */
export function nothingWaits({ id, status }: JobRecord): TandemError<"usage"> {
  const job = shortJobId(id);
  return new TandemError("usage", {
    problem: isTerminal(status)
      ? `Job ${job} has ended (${status}); nothing of it waits for an answer.`
      : `No such request of job ${job} waits for an answer (any more).`,
    hint: `${callWords("status", { job })} shows what it does; text alone goes on with it.`,
  });
}

function singleAnswer({ questions = [] }: Pending, text: string): Readonly<Record<string, string>> {
  const [question, ...others] = questions;
  if (question !== undefined && others.length === 0) return { [question.id]: text };
  throw new TandemError("usage", {
    problem: `Codex asks ${questions.length} questions at once: ${questions.map(({ id }) => id).join(", ")}.`,
    hint: "Answer them with `answers`, by these ids.",
  });
}

function severalWait(requests: readonly Pending[]): TandemError<"usage"> {
  return new TandemError("usage", {
    problem: `Several requests of Codex wait: ${requests.map(({ id }) => id).join(", ")}.`,
    hint: "Name one of them as `request`.",
  });
}

function onlyThePerson(job: JobRecord): TandemError<"usage"> {
  if (job.pending === undefined || job.pending.length === 0) return nothingWaits(job);
  return new TandemError("usage", {
    problem: "What Codex asks for would run outside of its sandbox; only the person can accept it.",
    hint: `The person answers in the form of this client, or with \`tandem answer ${shortJobId(job.id)}\`. \`decision\` turns it down.`,
  });
}
