import { consultReply } from "./demo-consult.ts";
import { findingsInDiff, findingsInReview, type LocatedFinding } from "./demo-findings.ts";
import { contractIn, operatorReply } from "./demo-operator.ts";
import { reviewReply } from "./demo-review.ts";
import { isNativeReview, type ModelRequest, userTexts } from "./model-request.ts";
import { message } from "./replies.ts";
import { answerFor } from "./schema-answer.ts";
import type { Script } from "./script.ts";
import { toolOutputs } from "./tool-outputs.ts";

/**
 * The scenario of `--rehearse` and of the demo. It decides from each request alone, so that retries, parallel threads and
 * later turns need no memory; it works in any folder.
 */
export const demoScript: Script = (request) => {
  if (isNativeReview(request)) return reviewReply(request);
  const contract = contractIn(request);
  if (contract !== undefined) return operatorReply(request, contract);
  if (request.outputSchema === undefined) return consultReply(request);
  const note = "Scripted answer of a rehearsal; no real model has read the question.";
  const content = { note, findings: knownFindings(request) };
  return message(JSON.stringify(answerFor(request.outputSchema, content)));
};

/** The demo's findings, where a diff in the conversation holds their lines or an earlier review named them. */
function knownFindings(request: ModelRequest): readonly LocatedFinding[] {
  const asked = userTexts(request);
  const texts = [...asked, ...toolOutputs(request).map((output) => output.text)];
  const seen = texts.map(findingsInDiff).find((findings) => findings.length > 0);
  return seen ?? asked.map(findingsInReview).find((findings) => findings.length > 0) ?? [];
}
