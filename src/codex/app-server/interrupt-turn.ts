import type { AppServer } from "./app-server.ts";
import { closingGraceMs, type RunningTurn } from "./running-turn.ts";

const retryMs = 100;

/**
 * Interrupts a turn and waits until Codex has closed it, or gives up after the grace. Codex 0.169 refuses to interrupt
 * before it has told the turn's start, and speaks of a review's turn under two ids of which one is active, so it is asked again.
 */
export async function interruptTurn(server: AppServer, threadId: string, turn: RunningTurn): Promise<void> {
  let over = turn.recorder.record.closed !== undefined;
  const stop = () => {
    over = true;
  };
  void turn.closed.then(stop);
  void server.ended.then(stop);
  const deadline = setTimeout(stop, closingGraceMs);
  while (!over) {
    for (const turnId of [...turn.recorder.record.turns].toReversed()) {
      await server.request("turn/interrupt", { threadId, turnId }).catch(() => {
        // "no active turn" or "expected active turn id": not yet, or the other id. The loop asks again.
      });
    }
    await Promise.race([turn.closed, server.ended, wait(retryMs)]);
  }
  clearTimeout(deadline);
}

async function wait(ms: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
