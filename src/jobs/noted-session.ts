import type { ThreadSession, TurnInput } from "../codex/engine.ts";
import { digestOf } from "../evidence/digest.ts";
import type { SentTurn } from "../evidence/receipt.ts";

/** The same session; of every turn on it `note` is told what was sent and what came back, before anything is taken out of it. */
export function noteTurns(session: ThreadSession, note: (turn: SentTurn) => void): ThreadSession {
  const { pins, takesFollowUps } = session;
  // Without `child`, which may come later: whoever starts an engine is told of it.
  return {
    pins,
    takesFollowUps,
    ...(session.steer === undefined ? {} : { steer: async (text) => session.steer?.(text) }),
    // It changes while the run goes on.
    get facts() {
      return session.facts;
    },
    run: async (input, watchdog, signal) => {
      const outcome = await session.run(input, watchdog, signal);
      const { turn, answer } = outcome;
      note({
        ...(turn === undefined ? {} : { turn }),
        prompt: digestOf(sentText(input)),
        ...(answer === undefined ? {} : { answer: digestOf(answer) }),
      });
      return outcome;
    },
    close: async () => session.close(),
  };
}

function sentText(input: TurnInput): string {
  return input.type === "prompt" ? input.text : JSON.stringify(input.target);
}
