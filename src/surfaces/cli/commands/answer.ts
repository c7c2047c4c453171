import { type Envelope, envelopeSchema } from "../../../domain/envelope.ts";
import { reportError, TandemError } from "../../../domain/errors/tandem-error.ts";
import type { ExitCode } from "../../../domain/exit-code.ts";
import { isTerminal, type JobRecord, shortJobId } from "../../../domain/job.ts";
import type { Decision, Pending, PendingAnswer } from "../../../domain/pending.ts";
import { followJob } from "../../../jobs/follow-job.ts";
import { summarizeJob } from "../../../jobs/job-status.ts";
import type { JobStore } from "../../../jobs/store.ts";
import { exitCodeFor, formatOf, printEnvelope } from "../output.ts";
import type { FormatOptions } from "../run-options.ts";
import { openSession } from "../session.ts";
import type { CliWorld } from "../world.ts";

export interface AnswerOptions extends FormatOptions {
  readonly request?: string;
  /** `question=text` for each question of a form. */
  readonly answer: readonly string[];
}

/** `tandem answer <job> accept|decline|cancel`: answers what Codex asks. Only a person on a terminal may accept. */
export async function answerCommand(
  name: string,
  decision: Decision | undefined,
  options: AnswerOptions,
  world: CliWorld,
): Promise<ExitCode> {
  const { store } = await openSession(world, world.cwd);
  const job = await store.find(name);
  const request = askedFor(job, options.request);
  const answer: PendingAnswer = {
    ...readAnswer(request, decision, options.answer),
    origin: world.stdin.isTTY === true && world.stderr.isTTY === true ? "terminal" : "pipe",
  };
  refuseAcceptance(job, request, answer);
  const reply = await store.postRequest(job.id, { type: "answer", pending: request.id, answer });
  const after = reply.ok ? await whenTaken(store, job.id, request) : await store.read(job.id);
  const envelope: Envelope = {
    schema: envelopeSchema,
    ok: reply.ok,
    kind: "answer",
    job: summarizeJob(after),
    ...(reply.ok
      ? { summary: `Codex has its answer (${answer.decision}).` }
      : {
          error: reportError("usage", {
            problem: `The answer was not taken: ${reply.reason}.`,
            hint: "See what the job does now.",
            command: `tandem status ${shortJobId(job.id)}`,
          }),
        }),
  };
  await printEnvelope(envelope, formatOf(options), world);
  return exitCodeFor(envelope);
}

/** The request that is meant: the one that is named, or the only one. */
function askedFor(job: JobRecord, id: string | undefined): Pending {
  const short = shortJobId(job.id);
  const { pending = [] } = job;
  const look = { hint: "See what the job does now.", command: `tandem status ${short}` };
  if (isTerminal(job.status)) {
    throw new TandemError("usage", {
      problem: `Job ${short} has ended (${job.status}); nothing of it waits for an answer.`,
      hint: "See how it ended.",
      command: `tandem result ${short}`,
    });
  }
  if (pending.length === 0) {
    throw new TandemError("usage", { problem: `Nothing of job ${short} waits for an answer.`, ...look });
  }
  const [only] = pending;
  const named = id === undefined && pending.length === 1 ? only : pending.find((one) => one.id === id);
  if (named !== undefined) return named;
  const ids = pending.map((one) => one.id).join(", ");
  throw new TandemError("usage", {
    problem:
      id === undefined
        ? `Several requests of job ${short} wait for an answer: ${ids}.`
        : `No request ${JSON.stringify(id)} of job ${short} waits for an answer; there is ${ids}.`,
    hint: "Read them, and name one with --request.",
    command: look.command,
  });
}

function readAnswer(
  { questions = [] }: Pending,
  decision: Decision | undefined,
  pairs: readonly string[],
): Omit<PendingAnswer, "origin"> {
  const answers = readAnswers(pairs);
  const ids = questions.map(({ id }) => id);
  const unknown = Object.keys(answers ?? {}).find((id) => !ids.includes(id));
  if (unknown !== undefined) {
    throw new TandemError("usage", {
      problem: `There is no question ${JSON.stringify(unknown)}.`,
      hint: ids.length === 0 ? "Say accept, decline or cancel." : `There is ${ids.join(", ")}.`,
    });
  }
  const chosen = decision ?? (answers === undefined ? undefined : "accept");
  if (chosen !== undefined) return { decision: chosen, ...(answers === undefined ? {} : { answers }) };
  throw new TandemError("usage", {
    problem: "There is no answer.",
    hint:
      ids.length === 0
        ? "Say accept, decline or cancel."
        : `Say ${ids.map((id) => `--answer ${id}=TEXT`).join(" ")}, or decline.`,
  });
}

function readAnswers(pairs: readonly string[]): Readonly<Record<string, string>> | undefined {
  if (pairs.length === 0) return undefined;
  return Object.fromEntries(
    pairs.map((pair) => {
      const end = pair.indexOf("=");
      if (end > 0) return [pair.slice(0, end), pair.slice(end + 1)];
      throw new TandemError("usage", {
        problem: `--answer ${JSON.stringify(pair)} has no question.`,
        hint: "Write it as QUESTION=TEXT; `tandem status JOB` shows the questions.",
      });
    }),
  );
}

function refuseAcceptance(job: JobRecord, { kind }: Pending, { decision, origin }: PendingAnswer): void {
  if (decision !== "accept" || kind === "question" || origin === "terminal") return;
  throw new TandemError("usage", {
    problem: "What Codex asks for would run outside its sandbox; only a person on a terminal may accept it.",
    hint: `On a terminal: tandem answer ${shortJobId(job.id)} accept. Here: decline or cancel.`,
  });
}

/** The owner tells of the request for a moment longer than it waits. */
const takenMs = 2_000;

/** The job once it does not show the answered request any more. */
async function whenTaken(store: JobStore, id: string, request: Pending): Promise<JobRecord> {
  const taken = new AbortController();
  const { record } = await followJob(store, id, {
    budgetMs: takenMs,
    signal: taken.signal,
    isBystander: true,
    onRecord: ({ pending = [], phase }) => {
      const isShown = pending.some((one) => one.id === request.id);
      if (!isShown && (pending.length > 0 || phase !== "waiting_approval")) taken.abort();
    },
  });
  return record;
}
