import { lstat, realpath } from "node:fs/promises";
import { sep } from "node:path";
import type { Usage } from "../../domain/events.ts";
import { isRecord } from "../../domain/json.ts";
import { findRollout } from "./find-rollout.ts";
import { type RolloutEntry, RolloutReader } from "./rollout-reader.ts";
import { TurnRecord, type TurnTerms } from "./turn-record.ts";

/** A turn that has completed with a final message, as Codex's own session file has it. */
export interface FinishedTurn {
  readonly turn: string;
  readonly answer: string;
  /** Commands and patches that the sandbox kept from writing. */
  readonly blockedWrites: readonly string[];
  readonly usage?: Usage;
  readonly model?: string;
  readonly provider?: string;
  readonly effort?: string;
  /** The terms on which Codex ran it; undefined when they are not told in what was read. */
  readonly terms?: TurnTerms;
}

/** What is read of a session file, from its end: no turn of use is longer. */
const longestTail = 64 * 1024 * 1024;

/**
 * The last of the wanted turns of a thread, if it has completed with a final message. Nothing outside of `codexHome` is read,
 * whatever links there are, and memory is bounded. Throws the system's error when the file cannot be read.
 */
export async function readFinishedTurn(
  codexHome: string,
  thread: string,
  isWanted: (turn: string) => boolean,
): Promise<FinishedTurn | undefined> {
  const path = await findRollout(codexHome, thread);
  if (path === undefined || !(await isOwnFile(codexHome, path))) return undefined;
  const search = new TurnSearch(isWanted);
  const reader = new RolloutReader(codexHome, thread, (entry) => search.read(entry));
  await reader.skipToTail(longestTail);
  await reader.poll();
  return search.finished;
}

/** A plain file that is where its name says: a pipe would never end, and a link could lead anywhere. */
async function isOwnFile(codexHome: string, path: string): Promise<boolean> {
  const [home, real, stats] = await Promise.all([realpath(codexHome), realpath(path), lstat(path)]);
  return stats.isFile() && real.startsWith(home.endsWith(sep) ? home : `${home}${sep}`);
}

/** Goes through the entries of a session file and keeps what is told of the last turn that is wanted. */
class TurnSearch {
  readonly #isWanted: (turn: string) => boolean;
  #record: TurnRecord | undefined;
  #answer: string | undefined;
  #isComplete = false;

  constructor(isWanted: (turn: string) => boolean) {
    this.#isWanted = isWanted;
  }

  get finished(): FinishedTurn | undefined {
    if (!this.#isComplete || this.#record?.turn === undefined || this.#answer === undefined) return undefined;
    const { turn, usage, model, provider, effort, terms, calls } = this.#record;
    return {
      turn,
      answer: this.#answer,
      blockedWrites: calls.blockedWrites,
      ...(usage === undefined ? {} : { usage }),
      ...(model === undefined ? {} : { model }),
      ...(provider === undefined ? {} : { provider }),
      ...(effort === undefined ? {} : { effort }),
      ...(terms === undefined ? {} : { terms }),
    };
  }

  read(entry: RolloutEntry): void {
    const { type, payload } = entry;
    const turn = payload["turn_id"];
    if (typeof turn === "string" && turn !== this.#record?.turn) this.#turnSeen(turn);
    if (this.#record === undefined) return;
    this.#record.read(entry);
    if (type === "event_msg" && turn === this.#record.turn) this.#readEvent(payload);
  }

  #turnSeen(turn: string): void {
    if (!this.#isWanted(turn)) return;
    this.#record = new TurnRecord();
    this.#record.turn = turn;
    this.#answer = undefined;
    this.#isComplete = false;
  }

  #readEvent(event: Readonly<Record<string, unknown>>): void {
    if (event["type"] === "item_completed") this.#answer = finalMessage(event["item"]) ?? this.#answer;
    // A turn that failed has an error; one that was interrupted ends as `turn_aborted`.
    if (event["type"] === "task_complete") this.#isComplete = !isRecord(event["error"]);
  }
}

/** `last_agent_message` of the turn's end may be a mere comment (Codex 0.169), so the messages themselves are read. */
function finalMessage(item: unknown): string | undefined {
  if (!isRecord(item) || item["type"] !== "AgentMessage" || item["phase"] === "commentary") return undefined;
  const { content } = item;
  if (!Array.isArray(content)) return undefined;
  const texts = content.filter(isRecord).map(({ text }) => (typeof text === "string" ? text : ""));
  return texts.join("");
}
