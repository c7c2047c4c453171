import { isAbsolute } from "node:path";
import { type Envelope, envelopeSchema } from "../domain/envelope.ts";
import { severities } from "../domain/finding.ts";
import { isJobId } from "../domain/job.ts";
import {
  type Check,
  hasShape,
  isFlag,
  isListOf,
  isMapOf,
  isNumber,
  isOneOf,
  isText,
  isTexts,
  numbers,
  texts,
} from "../domain/json-check.ts";
import { isWord } from "../domain/json-shape.ts";
import {
  approvalModes,
  busyChoices,
  engineChoices,
  engineNames,
  isolations,
  type RunPlan,
  type RunRequest,
  reviewForms,
  reviewScopes,
  runKinds,
} from "../domain/run.ts";
import { tiers } from "../domain/tier.ts";

/** True for a stored result: schema and the fields that decide. */
export function isEnvelope(value: unknown): value is Envelope {
  return decides(value);
}

const decides = hasShape({ schema: isOneOf([envelopeSchema]), ok: isFlag, kind: isText });

/** True for a stored request: everything that decides what a run may do, what is asked, and what is started for it. */
export function isRunRequest(value: unknown): value is RunRequest {
  return isRequest(value);
}

const isReviewRequest = hasShape(
  { scope: isOneOf(reviewScopes), paths: isTexts },
  { ...texts("base", "commit", "focus"), form: isOneOf(reviewForms), isNativeOnly: isFlag },
);

/** Its work tree is found by this id, and the links are made as they stand. */
const isDelegateRequest = hasShape(
  { checks: isTexts, links: isTexts, includeUntracked: isFlag, previewBytes: isNumber },
  { continues: (id) => typeof id === "string" && isJobId(id) },
);

/** What the contract says of its inputs, outputs and checks is held against them while it runs. */
const isOperatorRequest = hasShape({
  origin: isText,
  digest: isText,
  contract: hasShape({
    ...texts("name", "goal", "prompt"),
    tier: isOneOf(tiers),
    network: isFlag,
    tools: hasShape({ require: isTexts, forbid: isTexts }),
    inputs: isMapOf(hasShape(texts("type"))),
    outputs: isMapOf(hasShape(texts("from"), texts("path", "when"))),
    images: isTexts,
    checks: isListOf(hasShape(texts("check"))),
    retry: isMapOf(isNumber),
  }),
  inputs: isMapOf((input) => isText(input) || isNumber(input) || isTexts(input)),
  outputs: isListOf(hasShape(texts("output", "from", "file"), texts("destination", "seed"))),
  overwrite: isFlag,
});

const isObjectId: Check = (id) => typeof id === "string" && /^[0-9a-f]{40,64}$/.test(id);

/** Git is given these folders, and the ids as they stand. */
const isGateRequest = hasShape({
  ...texts("fingerprint"),
  baseTree: isObjectId,
  headTree: isObjectId,
  objectFolders: isListOf((folder) => typeof folder === "string" && isAbsolute(folder)),
  omitted: isListOf(hasShape(texts("path", "reason"))),
});

const isRequest = hasShape(
  {
    ...texts("title", "cwd"),
    kind: isOneOf(runKinds),
    tier: isOneOf(tiers),
    isolation: isOneOf(isolations),
    files: isTexts,
    images: isTexts,
    mcpServers: isTexts,
    overrides: isTexts,
    ...numbers("timeoutMs", "stallMs", "inputByteCap", "gitTimeoutMs"),
    rehearsal: isFlag,
    network: isFlag,
    environment: isMapOf(isText),
  },
  {
    ...texts("prompt", "words", "resume", "idempotencyKey", "session", "model", "effort", "profile"),
    addDirectories: isTexts,
    askedBy: isWord,
    engine: isOneOf(engineChoices),
    approvals: isOneOf(approvalModes),
    approvalTimeoutMs: isNumber,
    whenBusy: isOneOf(busyChoices),
    failOn: isOneOf(severities),
    ephemeral: isFlag,
    wantsFindings: isFlag,
    review: isReviewRequest,
    gate: isGateRequest,
    delegate: isDelegateRequest,
    operator: isOperatorRequest,
  },
);

/** True for a stored plan: the program in it is started as it stands. */
export function isRunPlan(value: unknown): value is RunPlan {
  return isPlan(value);
}

const isPlan = hasShape(
  {
    ...texts("route", "codexHome"),
    engine: isOneOf(engineNames),
    codex: hasShape({ ...texts("path", "version"), argumentsPrefix: isTexts }),
    usesOpenaiKey: isFlag,
    warnings: isTexts,
  },
  { form: isOneOf(reviewForms), endpoint: hasShape(texts("address"), texts("tokenFile")) },
);
