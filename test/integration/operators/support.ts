import type { Artifact, Envelope, Evidence } from "../../../src/domain/envelope.ts";
import { type ModelRequest, userTexts } from "../../../src/rehearsal/model-request.ts";

/** The places that a contract names for its file outputs, in their order. */
export function scratchPathsIn(request: ModelRequest): readonly string[] {
  const text = userTexts(request).find((each) => each.includes("# FINAL FORMAT")) ?? "";
  return [...text.matchAll(/(?:at exactly this path: )("(?:[^"\\]|\\.)*")/g)].map(([, path = '""']) =>
    String(JSON.parse(path)),
  );
}

export const saysOk = '{"status":"ok"}';

/** What a run left, without its receipt. */
export function madeBy({ artifacts = [] }: Envelope): readonly Artifact[] {
  return artifacts.filter(({ mediaType }) => !mediaType.includes("receipt"));
}

/** The evidence row of a check. */
export function rowOf(evidence: readonly Evidence[] | undefined, check: string): Evidence | undefined {
  return evidence?.find((row) => row.check === check);
}
