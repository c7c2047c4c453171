/** What somebody may be asked for in the middle of a run. */
export const pendingKinds = ["command", "patch", "question", "elicitation"] as const;
export type PendingKind = (typeof pendingKinds)[number];

/** A request of Codex that waits for an answer. Unanswered it counts as declined when its time is over. */
export interface Pending {
  /** Short, and unique within its job. */
  readonly id: string;
  readonly kind: PendingKind;
  /** What is asked, for people: the command with its folder and Codex's reason, the question. */
  readonly text: string;
  /** Answers that make sense: decisions for a command or patch, options of a question (empty: any text). */
  readonly choices: readonly string[];
  /** Questions of one form, each answered by its id; absent where a decision is all that is asked. */
  readonly questions?: readonly PendingQuestion[];
  /** ISO 8601 in UTC. */
  readonly expiresAt: string;
}

export interface PendingQuestion {
  readonly id: string;
  readonly text: string;
  readonly choices: readonly string[];
}

export const decisions = ["accept", "decline", "cancel"] as const;
export type Decision = (typeof decisions)[number];

/**
 * Where an answer came from: only a person may accept, on a terminal or in a form of an MCP client. `expiry`: nobody
 * answered in time.
 */
export const answerOrigins = ["terminal", "form", "pipe", "tool", "expiry"] as const;
export type AnswerOrigin = (typeof answerOrigins)[number];

/** An answer to a pending request. */
export interface PendingAnswer {
  readonly decision: Decision;
  /** Answers to the questions of a form, by the questions' ids. */
  readonly answers?: Readonly<Record<string, string>>;
  readonly origin: AnswerOrigin;
}

/** True for an origin behind which a person sits. */
export function isPerson(origin: AnswerOrigin): boolean {
  return origin === "terminal" || origin === "form";
}
