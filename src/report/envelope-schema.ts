import * as z from "zod";
import { answerKinds, type Envelope } from "../domain/envelope.ts";
import { type ErrorKind, errorCatalogue } from "../domain/errors/tandem-error.ts";
import { severities } from "../domain/finding.ts";
import { jobHosts, jobStatuses } from "../domain/job.ts";
import { pendingKinds } from "../domain/pending.ts";
import { askers, engineNames, isolations, reviewScopes, runKinds } from "../domain/run.ts";
import { tiers } from "../domain/tier.ts";
import { operator } from "./operator-shape.ts";
import { dryRun, patch } from "./patch-shapes.ts";
import { absolutePath, count, objectId, sha256, text } from "./shapes.ts";

/**
 * The envelope for readers outside: `docs/envelope.schema.json` and the resource `tandem://schema` are made from this, and every
 * envelope of the tests is held against it. Written down a second time beside the types, so that a change of theirs does not go
 * unnoticed. Strict: a key that is not listed fails. Field rules that no type can hold (an id's form, times in UTC, 0 to 1) are here
 * as well.
 */
const time = z.iso.datetime({ precision: 3 });
const fraction = z.number().min(0).max(1);
/** A program of this machine, or an app-server elsewhere. */
const codexPlace = z.string().regex(/^(?:\/|[A-Za-z]:[\\/]|\\\\|unix:\/\/\/|wss?:\/\/)/);
// The catalogue's own keys: TypeScript loses them in `Object.keys`.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const errorKinds = Object.keys(errorCatalogue) as ErrorKind[];

const phase = z.enum([
  "queued",
  "starting",
  "thinking",
  "running_command",
  "waiting_approval",
  "verifying",
  "cancelling",
]);
const verdict = z.enum(["pass", "concerns", "fail", "none"]);
const usage = z.strictObject({
  inputTokens: count,
  cachedInputTokens: count,
  outputTokens: count,
  reasoningTokens: count,
});

const pending = z.strictObject({
  id: text,
  kind: z.enum(pendingKinds),
  text,
  choices: z.array(text),
  questions: z.array(z.strictObject({ id: text, text, choices: z.array(text) })).optional(),
  expiresAt: time,
});

const job = z
  .strictObject({
    id: z.string().regex(/^\d{8}t\d{9}-[a-z]{6}$/),
    title: z.string(),
    kind: z.enum(runKinds),
    status: z.enum(jobStatuses),
    phase: phase.optional(),
    workspace: absolutePath,
    createdAt: time,
    endedAt: time.optional(),
    lastEventAt: time.optional(),
    expiresAt: time.optional(),
    pollAfterMs: count.optional(),
    startedAt: time.optional(),
    rehearsal: z.literal(true).optional(),
    askedBy: z.enum(askers).optional(),
    host: z.enum(jobHosts).optional(),
    thread: z.uuid().optional(),
    queuePlace: count.optional(),
    isQuiet: z.boolean().optional(),
    currentCommand: text.optional(),
    tokens: count.optional(),
    verdict: verdict.optional(),
    error: text.optional(),
    errorKind: z.enum(errorKinds).optional(),
    pending: z.array(pending).optional(),
  })
  .refine(
    ({ status, endedAt }) => (endedAt === undefined) === (status === "queued" || status === "running"),
    {
      message: "a job has an end exactly when it has ended",
    },
  )
  .refine(({ status, phase: now }) => now === undefined || status === "queued" || status === "running", {
    message: "an ended job has no phase",
  });

const tandem = z.strictObject({ version: text, commit: text.optional(), build: text, root: absolutePath });

const error = z.strictObject({
  kind: z.enum(errorKinds),
  message: text,
  retryable: z.boolean(),
  retryAfterMs: count.optional(),
  repair: z.strictObject({
    say: text,
    command: text.optional(),
    tool: text.optional(),
    arguments: z.record(z.string(), z.unknown()).optional(),
  }),
  details: z.record(z.string(), z.unknown()).optional(),
});

const finding = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{12}$/),
  severity: z.enum(severities),
  category: z.enum(["fact", "inference", "question"]).optional(),
  title: text,
  file: text.optional(),
  lineStart: count.optional(),
  lineEnd: count.optional(),
  quote: text.optional(),
  body: z.string().optional(),
  failurePath: text.optional(),
  risk: text.optional(),
  recommendation: text.optional(),
  confidence: fraction.optional(),
  anchor: z.enum(["exact", "moved", "missing"]),
  proof: z.enum(["proven", "witnessed", "claim"]),
});

const run = z.strictObject({
  engine: z.enum(engineNames),
  route: text,
  tandem,
  codex: z.strictObject({ version: text, path: codexPlace }).optional(),
  model: text.optional(),
  provider: text.optional(),
  effort: text.optional(),
  tier: z.enum(tiers),
  sandbox: z.strictObject({
    requested: z.enum(tiers),
    effective: z.enum([...tiers, "external", "unverified"]),
  }),
  network: z.boolean(),
  isolation: z.enum(isolations),
  instructionSources: z.array(absolutePath).optional(),
  thread: z.uuid().optional(),
  turn: z.uuid().optional(),
  usage: usage.optional(),
  durationMs: count,
  rehearsal: z.boolean(),
  idempotencyKey: text.optional(),
  warnings: z.array(text),
});

const readiness = z.strictObject({
  codex: z.strictObject({
    path: codexPlace.optional(),
    version: text.optional(),
    range: z.enum(["tested", "newer", "older", "unknown"]),
    testedRange: text,
  }),
  login: z.strictObject({ kind: text, detail: text.optional() }),
  defaults: z.record(z.string(), z.strictObject({ value: z.unknown(), origin: text })),
  stateRoot: absolutePath,
  limits: z
    .strictObject({
      at: time,
      plan: text.optional(),
      windows: z
        .array(
          z.strictObject({
            minutes: z.number().optional(),
            usedPercent: z.number(),
            resetsAt: time.optional(),
          }),
        )
        .min(1),
    })
    .optional(),
  brokers: z
    .array(
      z.strictObject({
        pid: count,
        version: text,
        startedAt: time,
        state: z.enum(["alive", "draining", "silent", "stale"]),
      }),
    )
    .optional(),
  surface: text,
  problems: z.array(error),
});

const thread = z.strictObject({
  id: z.uuid(),
  name: text.optional(),
  preview: z.string().optional(),
  cwd: absolutePath.optional(),
  updatedAt: time.optional(),
  jobs: z.array(text),
});

const shape = {
  schema: z.literal("codex-tandem/1"),
  ok: z.boolean(),
  kind: z.enum([...runKinds, ...answerKinds]),
  job: job.optional(),
  jobs: z.array(job).optional(),
  unlisted: z
    .strictObject({ hasOlder: z.literal(true).optional(), activeElsewhere: count.min(1).optional() })
    .optional(),
  results: z.array(z.lazy((): z.ZodType => envelopeShape)).optional(),
  target: z
    .strictObject({
      scope: z.enum(reviewScopes).exclude(["auto"]),
      base: objectId.optional(),
      head: objectId.optional(),
      paths: z.array(text),
      label: text,
    })
    .optional(),
  verdict: verdict.optional(),
  confidence: fraction.optional(),
  summary: z.string().optional(),
  answer: z.string().optional(),
  findings: z.array(finding).optional(),
  questions: z.array(text).optional(),
  nextSteps: z.array(text).optional(),
  raw: z.string().optional(),
  evidence: z
    .array(z.strictObject({ check: text, status: z.enum(["passed", "failed", "skipped"]), detail: text }))
    .optional(),
  artifacts: z
    .array(
      z.strictObject({
        path: absolutePath,
        bytes: count,
        sha256,
        mediaType: text,
      }),
    )
    .optional(),
  coverage: z
    .strictObject({
      status: z.enum(["complete", "partial", "none"]),
      basis: z.enum(["gathered", "codex"]),
      examined: z.array(text),
      omitted: z.array(z.strictObject({ path: text, reason: text })),
    })
    .optional(),
  readiness: readiness.optional(),
  patch: patch.optional(),
  pending: z.array(pending).optional(),
  threads: z.array(thread).optional(),
  dryRun: dryRun.optional(),
  gate: z
    .strictObject({
      state: z.enum(["on", "off"]),
      workspace: absolutePath,
      since: time.optional(),
      baselineAt: time.optional(),
      lastStop: z
        .strictObject({
          at: time,
          outcome: z.enum(["allow", "block", "could-not-run"]),
          detail: text,
          job: text.optional(),
        })
        .optional(),
      limits: z.strictObject({ rounds: count, sessionTokens: count, timeoutMs: count, strict: z.boolean() }),
    })
    .optional(),
  operators: z.array(operator).optional(),
  version: z.strictObject({ tandem, surface: text }).optional(),
  run: run.optional(),
  error: error.optional(),
} satisfies Record<keyof Envelope, z.ZodType>;

/** One envelope: what `--json` prints, what MCP gives and what is stored of a run. */
export const envelopeShape = z
  .strictObject(shape)
  .refine(({ ok, error: failure, kind }) => kind === "status" || ok === (failure === undefined), {
    message: "`ok` says whether there is an error",
  })
  .refine(({ kind, verdict: said }) => said === undefined || kind.endsWith("review"), {
    message: "only a review has a verdict",
  });

/** The same as a JSON Schema (2020-12), for those who read envelopes with other tools. */
export function envelopeJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: "The envelope of codex-tandem", ...z.toJSONSchema(envelopeShape) };
}
