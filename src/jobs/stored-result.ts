import { type Envelope, envelopeSchema } from "../domain/envelope.ts";
import { severities } from "../domain/finding.ts";
import { jobStatuses } from "../domain/job.ts";
import { isRecord } from "../domain/json.ts";
import {
  type Check,
  hasShape,
  isFlag,
  isListOf,
  isNumber,
  isOneOf,
  isText,
  isTexts,
  numbers,
  texts,
} from "../domain/json-check.ts";
import { isTime, isWord } from "../domain/json-shape.ts";

/**
 * True for the stored result of the job `id`: whole in everything that is shown, counted or acted on, so that no reader has to ask
 * again. Fields of a later version may be there. Not for lists of records, which are read without it.
 */
export function isStoredResult(value: unknown, id: string): value is Envelope {
  return isResult(value) && isRecord(value) && (value["job"] === undefined || isJobOf(value["job"], id));
}

/** What is done with a result is done with the job that it names. */
function isJobOf(job: unknown, id: string): boolean {
  return isRecord(job) && job["id"] === id;
}

const isAbsent: Check = (value) => value === undefined;

const isJob = hasShape(
  {
    ...texts("id", "title", "kind", "workspace"),
    status: isOneOf(jobStatuses),
    createdAt: isTime,
  },
  {
    ...texts("phase", "lastEventAt", "expiresAt", "startedAt", "askedBy", "host", "thread"),
    ...texts("currentCommand", "verdict", "error", "errorKind"),
    ...numbers("pollAfterMs", "queuePlace", "tokens"),
    endedAt: isTime,
    rehearsal: isFlag,
    isQuiet: isFlag,
    // Of a job that runs.
    pending: isAbsent,
  },
);

const isFinding = hasShape(
  { ...texts("id", "title", "anchor", "proof"), severity: isOneOf(severities) },
  {
    category: isOneOf(["fact", "inference", "question"]),
    ...texts("file", "quote", "body", "failurePath", "risk", "recommendation"),
    ...numbers("lineStart", "lineEnd", "confidence"),
  },
);

const isPatchFile = hasShape(
  {
    path: isText,
    status: isOneOf(["added", "modified", "deleted", "renamed", "typechange"]),
  },
  {
    ...texts("oldPath", "decides"),
    ...numbers("insertions", "deletions"),
    before: hasShape(texts("mode", "id")),
    after: hasShape(texts("mode", "id")),
  },
);

const isPatch = hasShape(
  {
    ...texts("path", "sha256", "baseline", "preview"),
    ...numbers("bytes", "insertions", "deletions"),
    files: isListOf(isPatchFile),
    isPreviewCut: isFlag,
  },
  { applies: isFlag },
);

const isRun = hasShape(
  {
    ...texts("engine", "route", "tier", "isolation"),
    tandem: hasShape(texts("version", "build", "root"), texts("commit")),
    sandbox: hasShape(texts("requested", "effective")),
    network: isFlag,
    durationMs: isNumber,
    rehearsal: isFlag,
    warnings: isTexts,
  },
  {
    ...texts("model", "provider", "effort", "thread", "turn", "idempotencyKey"),
    codex: hasShape(texts("version", "path")),
    instructionSources: isTexts,
    usage: hasShape(numbers("inputTokens", "cachedInputTokens", "outputTokens", "reasoningTokens")),
  },
);

const isError = hasShape(
  {
    // A later version may have more kinds.
    kind: isWord,
    message: isText,
    retryable: isFlag,
    repair: hasShape({ say: isText }, { ...texts("command", "tool"), arguments: isRecord }),
  },
  { retryAfterMs: isNumber, details: isRecord },
);

const isResult = hasShape(
  { schema: isOneOf([envelopeSchema]), ok: isFlag, kind: isText },
  {
    ...texts("summary", "answer", "raw"),
    job: isJob,
    target: hasShape({ ...texts("scope", "label"), paths: isTexts }, texts("base", "head")),
    verdict: isOneOf(["pass", "concerns", "fail", "none"]),
    confidence: isNumber,
    findings: isListOf(isFinding),
    questions: isTexts,
    nextSteps: isTexts,
    patch: isPatch,
    artifacts: isListOf(hasShape({ ...texts("path", "sha256", "mediaType"), bytes: isNumber })),
    evidence: isListOf(hasShape(texts("check", "status", "detail"))),
    coverage: hasShape({
      ...texts("status", "basis"),
      examined: isTexts,
      omitted: isListOf(hasShape(texts("path", "reason"))),
    }),
    run: isRun,
    error: isError,
    ...absent("jobs", "unlisted", "results", "pending", "threads", "readiness", "dryRun", "gate"),
    ...absent("operators", "version"),
  },
);

/** Parts of other answers. No result of a run has them. */
function absent(...names: readonly string[]): Readonly<Record<string, Check>> {
  return Object.fromEntries(names.map((name) => [name, isAbsent]));
}
