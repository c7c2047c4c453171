import type { RunRequest } from "../domain/run.ts";
import { type InlinedChange, inlineChange } from "./inline-change.ts";
import type { PreparedReview } from "./prepare-review.ts";
import { present } from "./present.ts";
import { reviewPrompt } from "./review-prompt.ts";

/** The prompt of a structured review, the same for a run and for a dry run. */
export async function structuredPrompt(
  request: RunRequest,
  prepared: PreparedReview,
): Promise<{ readonly inlined: InlinedChange; readonly text: string }> {
  const inlined = await inlineChange(prepared.diff);
  const kind = request.kind === "adversarial-review" || request.kind === "gate" ? request.kind : "review";
  const text = reviewPrompt({ prepared, inlined, kind, ...present("focus", request.review?.focus) });
  return { inlined, text };
}
