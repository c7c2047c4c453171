import { TandemError } from "../../domain/errors/tandem-error.ts";
import { isRecord } from "../../domain/json.ts";
import type { AppServer } from "./app-server.ts";
import { ConnectionError, RemoteError } from "./peer.ts";
import { closingGraceMs, type RunningTurn } from "./running-turn.ts";
import { promptLimit } from "./turn-end.ts";
import { textInput } from "./turn-start.ts";
import { within } from "./within.ts";

const hint = "Wait for its end, then go on with `tandem reply`.";

/** Puts text into a running turn; resolves when Codex has taken it. Throws what `ThreadSession.steer` says. */
export async function steerTurn(
  server: AppServer,
  threadId: string,
  turn: RunningTurn | undefined,
  text: string,
): Promise<void> {
  if (text.trim() === "")
    throw new TandemError("usage", { problem: "The text for the running turn is empty." });
  if (turn === undefined) throw new TandemError("usage", { problem: "No turn is running.", hint });
  await Promise.race([turn.begun, turn.ended]);
  const [expectedTurnId] = turn.recorder.record.turns;
  if (turn.isEnded || expectedTurnId === undefined) throw endedMeanwhile();
  try {
    await server.request("turn/steer", { threadId, expectedTurnId, input: [textInput(text)] });
  } catch (error) {
    throw await failure(error, turn, text);
  }
}

async function failure(error: unknown, turn: RunningTurn, text: string): Promise<unknown> {
  if (error instanceof ConnectionError)
    return new TandemError("protocol", { problem: error.message }, { cause: error });
  if (!(error instanceof RemoteError)) return error;
  const kind = unsteerableKind(error.data);
  if (kind !== undefined) {
    const what = kind === "review" ? "A review by Codex's own reviewer" : `A turn of the kind ${kind}`;
    return new TandemError(
      "usage",
      { problem: `${what} takes no text in the middle.`, hint },
      { cause: error },
    );
  }
  if (error.code === -32001) return new TandemError("overloaded", { cause: error.message }, { cause: error });
  if (error.code === -32602 && text.length > promptLimit) {
    const details = { what: "The text", size: text.length, limit: promptLimit, unit: "characters" } as const;
    return new TandemError("input_too_large", details, { cause: error });
  }
  // "No active turn" and "expected active turn id" have no type of their own: the turn's own end tells them (Codex 0.169).
  await within(closingGraceMs, turn.settled);
  return turn.isEnded
    ? endedMeanwhile()
    : new TandemError("protocol", { problem: error.message }, { cause: error });
}

/** What kind of turn Codex says it is that takes no text. */
function unsteerableKind(data: unknown): string | undefined {
  const info = isRecord(data) ? data["codexErrorInfo"] : undefined;
  const refusal = isRecord(info) ? info["activeTurnNotSteerable"] : undefined;
  const kind = isRecord(refusal) ? refusal["turnKind"] : undefined;
  return typeof kind === "string" ? kind : undefined;
}

function endedMeanwhile(): TandemError {
  return new TandemError("usage", { problem: "The turn ended before it could take the text.", hint });
}
