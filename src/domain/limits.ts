/** A stretch of time for which an account has a limit of its own. */
export interface LimitWindow {
  /** Length, in minutes; absent where Codex does not tell. */
  readonly minutes?: number;
  /** How much of it was used, in percent. */
  readonly usedPercent: number;
  /** When it begins anew, in ISO 8601 UTC; absent where Codex does not tell. */
  readonly resetsAt?: string;
}

/** What an account may use, as Codex told it with an answer of its provider: the shorter window first. */
export interface AccountLimits {
  readonly plan?: string;
  readonly windows: readonly LimitWindow[];
}

/** The same with the moment at which it was told, in ISO 8601 UTC. */
export interface KnownLimits extends AccountLimits {
  readonly at: string;
}
