import type { ThreadFacts, Usage } from "../domain/events.ts";
import type { JournalEntry } from "./journal-entry.ts";
import { readJournalParts, wholeEvent } from "./journal-reader.ts";

/** What a run left in its journal. */
export interface RunTraces {
  readonly thread?: ThreadFacts;
  readonly turn?: string;
  readonly usage?: Usage;
  /** The last message of the model: the answer so far, never taken for a final one. */
  readonly partialAnswer?: string;
  readonly warnings: readonly string[];
  readonly lastEventAt?: string;
}

/** Collects thread, turn, usage, last message and warnings of the run whose job folder is `folder`. */
export function traceRun(folder: string): RunTraces {
  const traces: { -readonly [Field in keyof RunTraces]: RunTraces[Field] } = { warnings: [] };
  const warnings: string[] = [];
  let lastMessage: JournalEntry | undefined;
  for (const entry of entriesOf(folder)) {
    const { event } = entry;
    traces.lastEventAt = entry.at;
    if (event.type === "thread_started") {
      const { type: _type, ...thread } = event;
      traces.thread = thread;
    }
    if (event.type === "turn_started") traces.turn = event.turn;
    if (event.type === "usage") traces.usage = event.usage;
    if (event.type === "message") lastMessage = entry;
    if (event.type === "warning" && event.isNotable === true) warnings.push(event.message);
  }
  const message = lastMessage && wholeEvent(folder, lastMessage);
  if (message?.type === "message") traces.partialAnswer = message.text;
  return { ...traces, warnings };
}

function* entriesOf(folder: string): Generator<JournalEntry, void, undefined> {
  for (const { entries } of readJournalParts(folder)) yield* entries;
}
