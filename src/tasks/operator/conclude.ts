import type { ThreadSession, TurnOutcome } from "../../codex/engine.ts";
import type { Artifact } from "../../domain/envelope.ts";
import { type ErrorReport, toErrorReport } from "../../domain/errors/tandem-error.ts";
import type { OperatorRequest } from "../../domain/operator.ts";
import type { RunRequest } from "../../domain/run.ts";
import type { Digest } from "../../evidence/digest.ts";
import { fileType, mediaTypes } from "../../evidence/files/file-type.ts";
import { present } from "../present.ts";
import type { TaskResult } from "../task.ts";
import type { CollectedOutput } from "./collected-output.ts";
import { type Delivery, deliverOutputs } from "./deliver.ts";
import type { Places } from "./places.ts";
import { describeProvenance } from "./provenance.ts";
import type { Attempt } from "./repeat.ts";
import { failed } from "./row.ts";

/** What the end of a run needs to know of it. */
export interface Ending {
  readonly operator: OperatorRequest;
  readonly session: ThreadSession;
  readonly turns: readonly TurnOutcome[];
  readonly request: RunRequest;
  readonly before: Places;
  readonly job: string;
}

/** Puts what passed to its places, and says how the run ended. */
export async function conclude(
  { rows, outputs, error }: Attempt,
  { operator, session, turns, request, before, job }: Ending,
): Promise<TaskResult> {
  const answer = turns.at(-1)?.answer;
  const { thread, model } = session.facts;
  const origin = { job, thread, at: new Date().toISOString(), ...present("model", model) };
  const provenanceOf = (output: CollectedOutput) => describeProvenance(output, request, origin);
  // What a scripted model made must not be taken for the real thing.
  const delivers = error === undefined && !request.rehearsal;
  const delivery = delivers ? await deliver(outputs, { before, provenanceOf }) : undefined;
  const fault = error ?? delivery;
  const evidence = (delivery === undefined ? rows : [...rows, failed("delivery", delivery.message)]).map(
    ({ check, status, detail }) => ({ check, status, detail }),
  );
  const isDone = fault === undefined;
  const isPlaced = isDone && delivers;
  return {
    session,
    turns,
    warnings: isDone && !delivers && outputs.length > 0 ? [keptOfRehearsal] : [],
    parts: {
      ...(isDone ? { summary: summaryOf(operator, outputs) } : {}),
      ...(isDone ? present("answer", resultText(outputs)) : {}),
      ...present("raw", answer),
      evidence,
      artifacts: outputs.flatMap((output) => artifactOf(output, isPlaced)),
      ...present("error", fault),
    },
  };
}

const keptOfRehearsal = "A rehearsal puts nothing to its place: what it made is kept with the job.";

async function deliver(
  outputs: readonly CollectedOutput[],
  delivery: Delivery,
): Promise<ErrorReport | undefined> {
  try {
    await deliverOutputs(outputs, delivery);
    return undefined;
  } catch (thrown) {
    return toErrorReport(thrown);
  }
}

function summaryOf({ contract }: OperatorRequest, outputs: readonly CollectedOutput[]): string {
  const made = outputs.map(({ label, digest }) => `${label} (${digest?.bytes ?? 0} bytes)`).join(", ");
  return made === ""
    ? `${contract.name}: all checks passed.`
    : `${contract.name} made ${made}; all checks passed.`;
}

/** What a run gives as its result is its answer too. */
function resultText(outputs: readonly CollectedOutput[]): string | undefined {
  return outputs.find(({ declared }) => declared.from === "result")?.content?.toString("utf8");
}

/** Where the file is now: at its place, or, of a run that did not succeed, in our own copy. */
function artifactOf(
  { declared, content, digest, kept }: CollectedOutput,
  isPlaced: boolean,
): readonly Artifact[] {
  const path = isPlaced ? (declared.destination ?? kept) : kept;
  if (content === undefined || digest === undefined || path === undefined) return [];
  const type = fileType(content);
  return [
    {
      path,
      ...(digest satisfies Digest),
      mediaType: type === undefined ? "application/octet-stream" : mediaTypes[type],
    },
  ];
}
