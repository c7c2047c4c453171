import { type Envelope, envelopeSchema } from "../../../domain/envelope.ts";
import { reportError, TandemError } from "../../../domain/errors/tandem-error.ts";
import type { ExitCode } from "../../../domain/exit-code.ts";
import { shortJobId } from "../../../domain/job.ts";
import type { Decision, PendingAnswer } from "../../../domain/pending.ts";
import { summarizeJob } from "../../../jobs/job-status.ts";
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
  const session = await openSession(world, world.cwd);
  const job = await session.store.find(name);
  const isTerminal = world.stdin.isTTY === true && world.stderr.isTTY === true;
  const { pending = [] } = job;
  const asked = options.request === undefined ? pending : pending.filter(({ id }) => id === options.request);
  const widens = asked.some(({ kind }) => kind !== "question");
  const answers = readAnswers(options.answer);
  const chosen = decision ?? (answers === undefined ? undefined : "accept");
  if (chosen === undefined) {
    throw new TandemError("usage", {
      problem: "There is no answer.",
      hint: "Say accept, decline or cancel, or --answer QUESTION=TEXT.",
    });
  }
  if (chosen === "accept" && widens && !isTerminal) {
    throw new TandemError("usage", {
      problem:
        "What Codex asks for would run outside its sandbox; only a person on a terminal may accept it.",
      hint: `On a terminal: tandem answer ${shortJobId(job.id)} accept. Here: decline or cancel.`,
    });
  }
  const answer: PendingAnswer = {
    decision: chosen,
    ...(answers === undefined ? {} : { answers }),
    origin: isTerminal ? "terminal" : "pipe",
  };
  const reply = await session.store.postRequest(job.id, {
    type: "answer",
    ...(options.request === undefined ? {} : { pending: options.request }),
    answer,
  });
  const envelope: Envelope = {
    schema: envelopeSchema,
    ok: reply.ok,
    kind: "answer",
    job: summarizeJob(await session.store.read(job.id)),
    ...(reply.ok
      ? { summary: `Codex has its answer (${chosen}).` }
      : { error: reportError("usage", { problem: `The answer was not taken: ${reply.reason}.` }) }),
  };
  await printEnvelope(envelope, formatOf(options), world);
  return exitCodeFor(envelope);
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
