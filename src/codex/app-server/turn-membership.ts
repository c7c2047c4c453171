import { isRecord } from "../../domain/json.ts";
import type { ServerNotification } from "../protocol/generated.ts";

/**
 * Whether a notification belongs to the turn that has the ids `own`, and to none of the `past` ones. Before an id is known
 * everything does that no earlier turn said; a review's second id names the first as its root (Codex 0.169).
 */
export function belongsToTurn(
  { method, params }: ServerNotification,
  own: ReadonlySet<string>,
  past: ReadonlySet<string>,
): boolean {
  const turn = turnOf(params);
  if (turn === undefined || own.has(turn.id)) return true;
  if (past.has(turn.id)) return false;
  if (own.size === 0) return true;
  return method === "turn/started" && (turn.root === undefined || own.has(turn.root));
}

/** The id of the turn that a notification speaks of, and of the turn on whose behalf that one runs. */
function turnOf(parameters: unknown): { readonly id: string; readonly root?: string } | undefined {
  if (!isRecord(parameters)) return undefined;
  const { turnId, turn } = parameters;
  if (typeof turnId === "string") return { id: turnId };
  if (!isRecord(turn) || typeof turn["id"] !== "string") return undefined;
  const root = turn["rootTurnId"];
  return { id: turn["id"], ...(typeof root === "string" ? { root } : {}) };
}

/**
 * The ids under which a turn is spoken of from now on: its own, and that of the turn on whose behalf it runs. A review starts under
 * the second and ends under the first, and both may be told before the request for it is answered (Codex 0.169).
 */
export function idsOfTurn(turn: unknown): readonly string[] {
  const ids = turnOf({ turn });
  if (ids === undefined) return [];
  return ids.root === undefined ? [ids.id] : [ids.id, ids.root];
}
