import type { Envelope, RunFacts } from "../domain/envelope.ts";
import { isJobId, type JobRecord, type JobStatus } from "../domain/job.ts";
import { parseJson } from "../domain/json.ts";
import {
  type Check,
  hasShape,
  isFlag,
  isListOf,
  isMapOf,
  isOneOf,
  isText,
  texts,
} from "../domain/json-check.ts";
import type { RunKind } from "../domain/run.ts";
import { type Digest, digestOf, isDigest } from "./digest.ts";

/** Name and major version of the shape of `receipt.json`. */
export const receiptSchema = "codex-tandem/receipt/1";

/** Files of a job's folder that a receipt covers where they are there. What they hold is final once the job has ended. */
export const coveredNames = [
  "request.json",
  "plan.json",
  "events.jsonl",
  "patch.diff",
  "result.json",
] as const;
export type CoveredName = (typeof coveredNames)[number];

export interface CoveredFile extends Digest {
  readonly name: CoveredName;
}

/** One turn as it went over the wire, before anything was taken out of the texts that are stored. */
export interface SentTurn {
  readonly turn?: string;
  /** The whole prompt; for Codex's own reviewer the JSON of what it was asked to look at. */
  readonly prompt: Digest;
  /** The final message; of a turn that did not complete, the last that arrived. */
  readonly answer?: Digest;
}

/** The first bytes of Codex's own record of the thread, which only grows. */
export interface RolloutDigest extends Digest {
  readonly path: string;
}

/** What a result says of its run, as the receipt repeats it. */
export interface ReceiptFacts {
  readonly thread?: string;
  readonly turn?: string;
  readonly tandem?: { readonly version: string; readonly build: string; readonly commit?: string };
  readonly codex?: { readonly version: string; readonly path: string };
  readonly engine?: RunFacts["engine"];
  readonly model?: string;
  readonly provider?: string;
  readonly effort?: string;
  readonly tier?: RunFacts["tier"];
  /** The sandbox as Codex reported it. */
  readonly sandbox?: RunFacts["sandbox"]["effective"];
  readonly network?: boolean;
  /** Times are ISO 8601 in UTC. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** The answer as stored: what was secret in it is taken out. */
  readonly finalText?: Digest;
}

/** `receipt.json`: binds an answer to the run that made it. */
export interface Receipt extends ReceiptFacts {
  readonly schema: typeof receiptSchema;
  readonly job: string;
  readonly kind: RunKind;
  readonly status: JobStatus;
  readonly rehearsal: boolean;
  readonly createdAt: string;
  /** Present when not the process that ran the job wrote it, but one that found it dead: what that could not see. */
  readonly recovered?: string;
  /** The author's own text as asked. */
  readonly prompt?: Digest;
  readonly turns: readonly SentTurn[];
  readonly files: readonly CoveredFile[];
  readonly rollout?: RolloutDigest;
}

/** The text of `receipt.json`. */
export function printReceipt(receipt: Receipt): string {
  return `${JSON.stringify(receipt, undefined, 2)}\n`;
}

/** Reads `receipt.json`; undefined when it is not a whole receipt. */
export function parseReceipt(text: string): Receipt | undefined {
  const value = parseJson(text);
  return isReceipt(value) ? value : undefined;
}

/** What the receipt of a result repeats of it. */
export function factsOfResult({ job, run, raw, answer }: Envelope): ReceiptFacts {
  const finalText = raw ?? answer;
  return {
    ...(run === undefined ? {} : factsOfRun(run)),
    ...(job?.startedAt === undefined ? {} : { startedAt: job.startedAt }),
    ...(job?.endedAt === undefined ? {} : { endedAt: job.endedAt }),
    ...(finalText === undefined ? {} : { finalText: digestOf(finalText) }),
  };
}

/** What the receipt of a job repeats of its record. */
export function factsOfRecord({ id, kind, rehearsal, createdAt }: Omit<JobRecord, "status">) {
  return { job: id, kind, rehearsal, createdAt };
}

function factsOfRun(run: RunFacts): ReceiptFacts {
  const { thread, turn, codex, engine, model, provider, effort, tier, sandbox, network } = run;
  const { version, build, commit } = run.tandem;
  return {
    ...(thread === undefined ? {} : { thread }),
    ...(turn === undefined ? {} : { turn }),
    tandem: { version, build, ...(commit === undefined ? {} : { commit }) },
    ...(codex === undefined ? {} : { codex: { version: codex.version, path: codex.path } }),
    engine,
    ...(model === undefined ? {} : { model }),
    ...(provider === undefined ? {} : { provider }),
    ...(effort === undefined ? {} : { effort }),
    tier,
    sandbox: sandbox.effective,
    network,
  };
}

function isReceipt(value: unknown): value is Receipt {
  return isWhole(value);
}

const isCoveredFile: Check = (value) => isDigest(value) && hasShape({ name: isOneOf(coveredNames) })(value);

/** Everything that is read, compared or shown: what a stranger put there has no other shape than ours. */
const isWhole = hasShape(
  {
    schema: isOneOf([receiptSchema]),
    job: (id) => typeof id === "string" && isJobId(id),
    ...texts("kind", "status", "createdAt"),
    rehearsal: isFlag,
    turns: isListOf(() => true),
    files: isListOf(isCoveredFile),
  },
  {
    ...texts("recovered", "thread", "turn", "engine", "model", "provider", "effort", "tier", "sandbox"),
    ...texts("startedAt", "endedAt"),
    network: isFlag,
    tandem: isMapOf(isText),
    codex: isMapOf(isText),
    prompt: isDigest,
    finalText: isDigest,
    rollout: (digest) => isDigest(digest) && hasShape(texts("path"))(digest),
  },
);
