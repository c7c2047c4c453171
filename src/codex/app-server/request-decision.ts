import { type Decision, isPerson, type PendingAnswer } from "../../domain/pending.ts";
import type { AskedQuestion } from "../engine.ts";
import type { ServerRequest } from "../protocol/generated.ts";
import { type Answer, declineServerRequest } from "./server-requests.ts";

/** What is done with one request of the server: answered at once, or put before somebody. */
export type RequestPlan =
  | { readonly type: "answered"; readonly answer: Answer }
  | {
      readonly type: "asked";
      readonly question: AskedQuestion;
      /** What the somebody's answer becomes. */
      readonly decide: (answer: PendingAnswer) => Answer;
    };

/** The refusal of a request, with its reason. */
export function declined(request: ServerRequest, reason: string): RequestPlan {
  return { type: "answered", answer: { ...declineServerRequest(request), reason } };
}

/** Only a person accepts. What anybody else accepts is declined, whoever let it through. */
export function decisionOf({ decision, origin }: PendingAnswer): { decision: Decision; reason?: string } {
  if (decision !== "accept" || isPerson(origin)) return { decision };
  return { decision: "decline", reason: `only a person may accept, and this answer came by ${origin}` };
}

export const decisionWords = {
  accept: "accepted",
  decline: "declined",
  cancel: "cancelled",
} as const satisfies Record<Decision, string>;
