import type { RunRequest } from "../../domain/run.ts";
import { digestOf } from "../../evidence/digest.ts";
import type { CollectedOutput } from "./collected-output.ts";

/** What the name of the record beside an image ends in. */
export const provenanceSuffix = ".provenance.json";

interface Origin {
  readonly job: string;
  readonly thread: string;
  readonly model?: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
}

/** The record that is kept beside an image: which run made it, and of which bytes that is said. */
export function describeProvenance(
  { digest, source }: CollectedOutput,
  { operator, rehearsal }: Pick<RunRequest, "operator" | "rehearsal">,
  { job, thread, model, at }: Origin,
): string {
  const prompt = operator?.inputs["prompt"];
  const record = {
    schema: "codex-tandem/provenance/1",
    ...digest,
    source,
    job,
    thread,
    ...(model === undefined ? {} : { model }),
    operator: operator?.contract.name,
    operatorDigest: operator?.digest,
    ...(typeof prompt === "string" ? { prompt: digestOf(prompt) } : {}),
    rehearsal,
    createdAt: at,
  };
  return `${JSON.stringify(record, undefined, 2)}\n`;
}
