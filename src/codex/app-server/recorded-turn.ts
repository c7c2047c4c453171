import type { RunEvent } from "../../domain/events.ts";
import type { ThreadOptions, TurnOutcome } from "../engine.ts";
import { readFinishedTurn } from "../exec/finished-turn.ts";
import { ranOnTerms } from "../exec/read-back.ts";
import type { TurnRecord } from "./turn-recorder.ts";

/** A turn whose app-server ended before it told the turn's end. */
export interface CutTurn {
  /** Of the app-server, which must have been on this machine. */
  readonly codexHome: string;
  readonly thread: string;
  readonly options: ThreadOptions;
  /** What had arrived of it. */
  readonly record: TurnRecord;
  readonly emit: (event: RunEvent) => void;
}

/**
 * The outcome of a turn that Codex finished and could not tell any more: Codex 0.169 writes a turn's end into its session file before
 * it tells it. Undefined when that file does not have it, or has it on other terms than asked for; an ephemeral thread has no file.
 * Never rejects.
 */
export async function outcomeOnRecord(cut: CutTurn): Promise<TurnOutcome | undefined> {
  const { codexHome, thread, options, record, emit } = cut;
  if (options.ephemeral) return undefined;
  const isWanted = (turn: string) => record.turns.has(turn);
  // Without a readable file the turn is lost, which its error says.
  const finished = await readFinishedTurn(codexHome, thread, isWanted).catch(() => undefined);
  if (finished === undefined || !ranOnTerms(finished.terms, options)) return undefined;
  const { turn, answer, blockedWrites, usage = record.usage } = finished;
  emit({ type: "warning", source: "codex", message: fromRecord, isNotable: true });
  if (usage !== undefined) emit({ type: "usage", usage });
  emit({ type: "turn_completed", turn, status: "completed" });
  return {
    status: "completed",
    turn,
    answer,
    commands: record.commands,
    blockedWrites: [...new Set([...record.blockedWrites, ...blockedWrites])],
    ...(record.reviewerMessage === undefined ? {} : { reviewerMessage: record.reviewerMessage }),
    ...(usage === undefined ? {} : { usage }),
  };
}

const fromRecord =
  "The app-server ended before it told the end of the turn; the answer is from Codex's own record, and the last steps of the run may be missing.";
