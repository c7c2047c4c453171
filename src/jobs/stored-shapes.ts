import { isAbsolute } from "node:path";
import { type Envelope, envelopeSchema } from "../domain/envelope.ts";
import { severities } from "../domain/finding.ts";
import { isJobId } from "../domain/job.ts";
import { isRecord } from "../domain/json.ts";
import {
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
import { hasOptionalStrings, hasStrings, isStringList, isWord } from "../domain/json-shape.ts";
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
  if (!isRecord(value) || value["schema"] !== envelopeSchema) return false;
  return typeof value["ok"] === "boolean" && typeof value["kind"] === "string";
}

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

/** Git is given these folders, and the ids as they stand. */
function isGateRequest(value: unknown): boolean {
  if (!isRecord(value) || !hasStrings(value, ["fingerprint"]) || !isStringList(value["objectFolders"]))
    return false;
  const { omitted } = value;
  return (
    [value["baseTree"], value["headTree"]].every(
      (id) => typeof id === "string" && /^[0-9a-f]{40,64}$/.test(id),
    ) &&
    value["objectFolders"].every((folder) => isAbsolute(folder)) &&
    Array.isArray(omitted) &&
    omitted.every((one) => isRecord(one) && hasStrings(one, ["path", "reason"]))
  );
}

/** True for a stored plan: the program in it is started as it stands. */
export function isRunPlan(value: unknown): value is RunPlan {
  if (!isRecord(value) || !hasStrings(value, ["route", "codexHome"])) return false;
  const { codex, form, endpoint } = value;
  return (
    engineNames.some((name) => name === value["engine"]) &&
    (form === undefined || form === "native" || form === "structured") &&
    isRecord(codex) &&
    hasStrings(codex, ["path", "version"]) &&
    isStringList(codex["argumentsPrefix"]) &&
    (endpoint === undefined || isEndpointChoice(endpoint)) &&
    typeof value["usesOpenaiKey"] === "boolean" &&
    isStringList(value["warnings"])
  );
}

function isEndpointChoice(value: unknown): boolean {
  return isRecord(value) && hasStrings(value, ["address"]) && hasOptionalStrings(value, ["tokenFile"]);
}
