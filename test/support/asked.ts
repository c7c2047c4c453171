import type { Ask, AskedQuestion } from "../../src/codex/engine.ts";
import type { PendingAnswer } from "../../src/domain/pending.ts";

/** One question that Codex put to somebody. */
export interface Asked {
  readonly question: AskedQuestion;
  readonly signal: AbortSignal;
  readonly answer: (answer: PendingAnswer) => void;
}

/** Somebody who is asked and answers when the test says so. */
export interface Somebody {
  readonly ask: Ask;
  /** Everything that was asked, in its order. */
  readonly asked: readonly Asked[];
  /** The next question that was not taken yet, now or when it comes. */
  readonly next: () => Promise<Asked>;
}

export const accept: PendingAnswer = { decision: "accept", origin: "terminal" };
export const decline: PendingAnswer = { decision: "decline", origin: "terminal" };

export function somebody(): Somebody {
  const asked: Asked[] = [];
  const waiting: ((asked: Asked) => void)[] = [];
  let taken = 0;
  return {
    asked,
    ask: async (question, signal) =>
      new Promise((answer) => {
        const one: Asked = { question, signal, answer };
        asked.push(one);
        const taker = waiting.shift();
        if (taker === undefined) return;
        taken += 1;
        taker(one);
      }),
    next: async () =>
      new Promise((resolve) => {
        const one = asked[taken];
        if (one === undefined) {
          waiting.push(resolve);
          return;
        }
        taken += 1;
        resolve(one);
      }),
  };
}

/** Somebody who gives every question the same answer. */
export function always(answer: PendingAnswer): Somebody {
  const one = somebody();
  return {
    ...one,
    ask: async (question, signal) => {
      const given = one.ask(question, signal);
      (await one.next()).answer(answer);
      return given;
    },
  };
}
