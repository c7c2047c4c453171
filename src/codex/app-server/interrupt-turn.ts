import type { AppServer } from "./app-server.ts";
import { closingGraceMs, type RunningTurn } from "./running-turn.ts";

const retryMs = 100;

/**
 * Interrupts a turn and waits until Codex has closed it, or gives up after the grace. Codex 0.169 refuses to interrupt
 * before it has told the turn's start, and speaks of a review's turn under two ids of which one is active, so it is asked again.
 * `starting` is the answer to the request that started it: until then it has no id.
 */
export async function interruptTurn(
  server: AppServer,
  threadId: string,
  turn: RunningTurn,
  starting: Promise<void>,
): Promise<void> {
  let over = false;
  const giveUp = new Promise<void>((resolve) => {
    setTimeout(resolve, closingGraceMs).unref();
  });
  const end = Promise.race([turn.settled, giveUp]).then(() => {
    over = true;
  });
  await Promise.race([starting, end]);
  while (!over) {
    for (const turnId of [...turn.recorder.record.turns].toReversed()) {
      // An error is "no active turn" or "expected active turn id": not yet, or the other id. The loop asks again.
      const request = server.request("turn/interrupt", { threadId, turnId }, closingGraceMs);
      await Promise.race([request.catch(() => undefined), end]);
    }
    await Promise.race([end, wait(retryMs)]);
  }
}

async function wait(ms: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
