import type { Envelope } from "../../domain/envelope.ts";
import { type Finding, isAtLeast } from "../../domain/finding.ts";

/** What the gate knows when Claude Code wants to stop. */
export interface StopFacts {
  /** Claude Code's own word: it goes on because a hook has sent it back. */
  readonly isStopHookActive: boolean;
  /** How often this gate has sent it back for this prompt in this session; 0 when nothing is known. */
  readonly rounds: number;
  readonly maxRounds: number;
  /** Tokens that the gate has spent in this session. */
  readonly spentTokens: number;
  readonly maxTokens: number;
  /**
   * The files against the baseline. `passed` and `blocked`: this very state has been judged before. Absent until they have been
   * looked at, which takes time in a large repository.
   */
  readonly files?: "unchanged" | "passed" | "blocked" | "new";
}

/** Why a stop passes without a review. */
export type PassReason = "foreign-stop" | "rounds-used" | "unchanged" | "passed-before" | "blocked-before";

/** What is to be done with a stop: let it pass, look at the files first, review them, or give up. */
export type StopStep =
  | { readonly next: "pass"; readonly why: PassReason }
  | { readonly next: "look" }
  /** `round` counts from 1. */
  | { readonly next: "review"; readonly round: number }
  | { readonly next: "give-up"; readonly why: "budget" };

/**
 * Decides on a stop before anything is asked of Codex. Nothing that Claude Code does can make the gate run for ever: for one prompt
 * it sends back `maxRounds` times, a state of the files is judged once, and a stop that some other hook has led to passes.
 */
export function decideStop(facts: StopFacts): StopStep {
  const { isStopHookActive, rounds, maxRounds, spentTokens, maxTokens, files } = facts;
  if (isStopHookActive && rounds === 0) return { next: "pass", why: "foreign-stop" };
  if (rounds >= maxRounds) return { next: "pass", why: "rounds-used" };
  if (files === undefined) return { next: "look" };
  if (files === "unchanged") return { next: "pass", why: "unchanged" };
  if (files === "passed") return { next: "pass", why: "passed-before" };
  if (files === "blocked") return { next: "pass", why: "blocked-before" };
  if (spentTokens >= maxTokens) return { next: "give-up", why: "budget" };
  return { next: "review", round: rounds + 1 };
}

/** How a review of the gate came out. */
export type ReviewOutcome =
  | { readonly outcome: "allow" }
  | { readonly outcome: "block"; readonly findings: readonly Finding[] }
  | { readonly outcome: "could-not-run"; readonly kind: string; readonly cause: string };

/** Reads the result of a review. Whatever is not a completed turn with a valid answer is no judgement, so it neither blocks nor passes. */
export function judgeResult({ ok, error, verdict, findings = [] }: ReviewResult): ReviewOutcome {
  if (error !== undefined) return { outcome: "could-not-run", kind: error.kind, cause: error.message };
  if (!ok || verdict === undefined) {
    return { outcome: "could-not-run", kind: "internal", cause: "the review has no result" };
  }
  const blocking = findings.filter(mayBlock);
  return blocking.length > 0 ? { outcome: "block", findings: blocking } : { outcome: "allow" };
}

export type ReviewResult = Pick<Envelope, "ok" | "error" | "verdict" | "findings">;

/** Only what is grave, stands where it says, and is no question sends Claude Code back to work. */
export function mayBlock({ severity, anchor, category }: Finding): boolean {
  return isAtLeast(severity, "high") && anchor === "exact" && category !== "question";
}

/** What happens to a stop. A `strict` gate sends back what could not be reviewed as well. */
export function effectOf(
  outcome: ReviewOutcome["outcome"],
  { isStrict }: { readonly isStrict: boolean },
): "pass" | "send-back" {
  if (outcome === "block") return "send-back";
  return outcome === "could-not-run" && isStrict ? "send-back" : "pass";
}

/**
 * Whether a stop that passed without a review leaves the baseline where it is, so that the next stop is reviewed with this change in
 * it. Not where the change itself may be the cause: else each stop would fail the same way and take as long.
 */
export function keepsBaseline(kind: string): boolean {
  return !causedByChange.has(kind);
}

const causedByChange: ReadonlySet<string> = new Set([
  "timeout",
  "stalled",
  "schema_violation",
  "agent_refused",
  "empty_answer",
  "context_too_large",
  "input_too_large",
  // The files of the baseline cannot be read any more, or the present ones.
  "input_unreadable",
]);
