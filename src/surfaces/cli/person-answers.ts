import { createInterface } from "node:readline";
import type { RunEvent } from "../../domain/events.ts";
import type { Decision, Pending, PendingAnswer } from "../../domain/pending.ts";
import type { CliSession } from "./session.ts";

/** What the live line has to make room for. */
export interface Pausable {
  readonly pause: () => void;
  readonly resume: () => void;
}

export interface PersonAnswers {
  /** Looks for requests of Codex when an event tells of one. */
  readonly notice: (event: RunEvent) => void;
  readonly stop: () => void;
}

/** Asks the person at the terminal right here for what Codex wants. Where there is no person, `tandem answer` can be used elsewhere. */
export function openPersonAnswers(id: string, { world, store }: CliSession, line: Pausable): PersonAnswers {
  const { stdin, stderr } = world;
  const isPerson = stdin.isTTY === true && stderr.isTTY === true;
  const asked = new Set<string>();
  let isStopped = false;
  let asking: Promise<void> = Promise.resolve();
  const closers = new Set<() => void>();
  const askAll = async () => {
    const { pending = [] } = await store.read(id);
    for (const request of pending) {
      if (asked.has(request.id) || isStopped) continue;
      asked.add(request.id);
      line.pause();
      const answer = await askPerson(request, world, closers);
      line.resume();
      if (answer !== undefined) await store.postRequest(id, { type: "answer", pending: request.id, answer });
    }
  };
  return {
    notice: (event) => {
      if (!isPerson || event.type !== "request_opened") return;
      asking = asking.then(askAll).catch(() => {
        // The job has ended meanwhile; its own end is what the person sees.
      });
    },
    stop: () => {
      isStopped = true;
      for (const close of closers) close();
    },
  };
}

async function askPerson(
  request: Pending,
  { stdin, stderr, environment }: CliSession["world"],
  closers: Set<() => void>,
): Promise<PendingAnswer | undefined> {
  const [{ renderQuestion }, { mayUseColour }] = await Promise.all([
    import("../../report/text/question.ts"),
    import("../../report/text/style.ts"),
  ]);
  const style = { columns: stderr.columns, colour: mayUseColour({ environment, isTerminal: true }) };
  const reader = createInterface({ input: stdin, output: stderr });
  const close = () => reader.close();
  closers.add(close);
  const ask = async (text: string) =>
    new Promise<string | undefined>((resolve) => {
      reader.once("close", () => resolve(undefined));
      reader.question(text, resolve);
    });
  try {
    const { kind, text, questions = [] } = request;
    // A question of the model is its own text; anything else is decided about by its whole text before it is filled in.
    if (kind !== "question") {
      const said = await ask(renderQuestion(text, ["accept", "decline", "cancel"], { ...style, kind }));
      if (said === undefined) return undefined;
      const decision = decisionOf(said);
      if (decision !== "accept") return { decision, origin: "terminal" };
    }
    const answers: Record<string, string> = {};
    for (const question of questions) {
      const said = await ask(renderQuestion(question.text, question.choices, style));
      if (said === undefined) return undefined;
      answers[question.id] = said;
    }
    return {
      decision: "accept",
      ...(request.questions === undefined ? {} : { answers }),
      origin: "terminal",
    };
  } finally {
    closers.delete(close);
    reader.close();
  }
}

/** Only a clear yes accepts. */
function decisionOf(said: string): Decision {
  const word = said.trim().toLowerCase();
  if (["accept", "a", "yes", "y"].includes(word)) return "accept";
  return word === "cancel" || word === "c" ? "cancel" : "decline";
}
