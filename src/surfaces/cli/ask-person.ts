import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { type Decision, decisions, type Pending, type PendingAnswer } from "../../domain/pending.ts";
import type { CliWorld } from "./world.ts";

type AskWorld = Pick<CliWorld, "stdin" | "stderr" | "environment">;

/** Why there is no answer: the signal came first, the person pressed Ctrl-C, or ended the input (Ctrl-D). */
export type NoAnswer = "withdrawn" | "interrupted" | "left";

/** Puts a request of Codex before the person at the terminal until there is an answer that can be understood. */
export async function askPerson(
  request: Pending,
  world: AskWorld,
  signal: AbortSignal,
): Promise<PendingAnswer | NoAnswer> {
  const [{ renderQuestion }, { mayUseColour }] = await Promise.all([
    import("../../report/text/question.ts"),
    import("../../report/text/style.ts"),
  ]);
  await dropEarlierKeys(world.stdin);
  if (signal.aborted) return "withdrawn";
  if (world.stdin.readableEnded) return "left";
  const { stdin, stderr, environment } = world;
  const style = { columns: stderr.columns, colour: mayUseColour({ environment, isTerminal: true }) };
  const prompt = openPrompt(world, signal);
  try {
    const { kind, text, questions = [] } = request;
    // A question of the model is its own text; anything else is decided about by its whole text before it is filled in.
    if (kind !== "question") {
      const decision = await askDecision(prompt, renderQuestion(text, decisions, { ...style, kind }));
      if (decision === undefined) return prompt.end();
      if (decision !== "accept") return { decision, origin: "terminal" };
    }
    const answers: Record<string, string> = {};
    for (const question of questions) {
      const said = await prompt.ask(renderQuestion(question.text, question.choices, style));
      if (said === undefined) return prompt.end();
      answers[question.id] = said;
    }
    return {
      decision: "accept",
      ...(request.questions === undefined ? {} : { answers }),
      origin: "terminal",
    };
  } finally {
    prompt.close();
    // An open stdin would keep the process alive.
    stdin.pause();
  }
}

/** In this time what was typed before has arrived, and nobody has read a question. */
const earlierKeysMs = 50;

/** Keys that were pressed before there was a question are no answer to it. */
async function dropEarlierKeys(stdin: AskWorld["stdin"]): Promise<void> {
  const drop = () => undefined;
  stdin.on("data", drop);
  await setTimeout(earlierKeysMs);
  stdin.off("data", drop);
  stdin.pause();
}

interface Prompt {
  /** A line that was typed; undefined when there will be none. */
  readonly ask: (text: string) => Promise<string | undefined>;
  /** Why there will be none. */
  readonly end: () => NoAnswer;
  readonly close: () => void;
}

function openPrompt({ stdin, stderr }: AskWorld, signal: AbortSignal): Prompt {
  const reader = createInterface({ input: stdin, output: stderr });
  let end: NoAnswer = "left";
  let isClosed = false;
  const finish = (reason: NoAnswer) => {
    if (isClosed) return;
    end = reason;
    reader.close();
  };
  const withdraw = () => finish("withdrawn");
  reader.on("SIGINT", () => finish("interrupted"));
  reader.once("close", () => {
    isClosed = true;
    signal.removeEventListener("abort", withdraw);
  });
  signal.addEventListener("abort", withdraw, { once: true });
  return {
    ask: async (text) =>
      new Promise<string | undefined>((resolve) => {
        const onClose = () => {
          // What comes next begins on a line of its own.
          stderr.write("\n");
          resolve(undefined);
        };
        if (isClosed) {
          resolve(undefined);
          return;
        }
        reader.once("close", onClose);
        reader.question(text, (line) => {
          reader.removeListener("close", onClose);
          resolve(line);
        });
      }),
    end: () => end,
    close: () => reader.close(),
  };
}

/** Only a clear yes accepts, and what is not clear is asked for again. */
async function askDecision(prompt: Prompt, question: string): Promise<Decision | undefined> {
  for (let text = question; ; text = "Please say accept, decline (Codex goes on without it) or cancel: ") {
    const said = await prompt.ask(text);
    if (said === undefined) return undefined;
    const decision = decisionsByWord.get(said.trim().toLowerCase());
    if (decision !== undefined) return decision;
  }
}

const decisionsByWord: ReadonlyMap<string, Decision> = new Map([
  ["accept", "accept"],
  ["a", "accept"],
  ["yes", "accept"],
  ["y", "accept"],
  ["decline", "decline"],
  ["d", "decline"],
  ["no", "decline"],
  ["n", "decline"],
  ["cancel", "cancel"],
  ["c", "cancel"],
]);
