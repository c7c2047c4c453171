import type { Envelope, JobSummary, RunFacts } from "../../src/domain/envelope.ts";
import { type ErrorReport, reportError } from "../../src/domain/errors/tandem-error.ts";
import type { Finding } from "../../src/domain/finding.ts";
import { now } from "./fixture-time.ts";
import { jobEnvelopes } from "./job-fixtures.ts";

export { now };

const run: RunFacts = {
  engine: "app-server",
  route: "a review can be replied to",
  tandem: { version: "0.1.0", commit: "0123456789abcdef", build: "release", root: "/opt/tandem" },
  codex: { version: "0.169.0", path: "/usr/local/bin/codex" },
  model: "gpt-5.5",
  provider: "openai",
  effort: "high",
  tier: "read-only",
  sandbox: { requested: "read-only", effective: "read-only" },
  network: false,
  isolation: "inherit",
  thread: "0199a213-81c0-7800-8aa1-bbab2a035a53",
  turn: "turn-1",
  usage: { inputTokens: 44_120, cachedInputTokens: 30_000, outputTokens: 4_131, reasoningTokens: 2_000 },
  durationMs: 134_000,
  rehearsal: false,
  warnings: [],
};

const job: JobSummary = {
  id: "20260304t115500123-kvbtrz",
  title: "uncommitted changes",
  kind: "review",
  status: "succeeded",
  workspace: "/home/ada/shop",
  createdAt: "2026-03-04T11:55:00.123Z",
  endedAt: "2026-03-04T11:57:14.123Z",
};

const schema = "codex-tandem/1";

const findings: readonly Finding[] = [
  {
    id: "a00000000001",
    severity: "low",
    category: "inference",
    title: "Log line prints the whole request body",
    file: "src/server/log.ts",
    lineStart: 12,
    anchor: "moved",
    proof: "witnessed",
    confidence: 0.6,
    body: "The body may hold card numbers.\nIt is written at level info, which production keeps for 90 days on a shared volume.",
    recommendation: "Log the request id instead.",
  },
  {
    id: "a00000000002",
    severity: "critical",
    category: "fact",
    title: "A refund can be paid out twice when two requests arrive at the same time",
    file: "src/payments/refund.ts",
    lineStart: 42,
    lineEnd: 58,
    quote: "const refund = await find(id);\nif (!refund.done) {\n  await pay(refund);",
    anchor: "exact",
    proof: "proven",
    confidence: 0.92,
    body: "`done` is read and written in two statements without a lock, so a second request sees the old value:\n\n```ts\nif (!refund.done) await pay(refund); // both requests get here, and this line is longer than eighty columns\n```\n\nSteps that lead there:\n- the client retries after its timeout of two seconds while the first request is still waiting for the bank\n- both requests read `done = false`",
    failurePath:
      "POST /refunds/7 twice within the bank's latency; both find the record open and both call `pay`.",
    risk: "Money is paid out twice and cannot be called back.",
    recommendation:
      "Set `done` with a conditional update and pay only when one row was changed. See https://example.com/a/very/long/address/that/does/not/fit/into/one/line/of/a/terminal/idempotency.html",
  },
  {
    id: "a00000000003",
    severity: "nit",
    title: "Typo in a comment",
    anchor: "missing",
    proof: "claim",
  },
  {
    id: "a00000000004",
    severity: "high",
    category: "question",
    title: "数据库连接在错误路径上没有关闭",
    file: "src/db/连接池.ts",
    lineStart: 7,
    anchor: "exact",
    proof: "claim",
    confidence: 1,
    body: "当查询抛出异常时，连接不会归还给连接池。经过几次失败之后，连接池会被耗尽，所有后续请求都会一直等待，直到超时为止。这会影响整个服务。",
  },
  {
    id: "a00000000005",
    severity: "medium",
    title: "Retries have no upper limit",
    file: "src/net/retry.ts",
    lineStart: 99,
    lineEnd: 99,
    anchor: "missing",
    proof: "claim",
    body: "The loop ends only on success.",
  },
];

const target = { scope: "working-tree", paths: [], label: "uncommitted changes" } as const;
const examined = ["src/payments/refund.ts", "src/server/log.ts", "src/db/pool.ts"];

/** A path as a hostile repository may have it. */
const hostile = "\u001B[2J\u001B]0;owned\u0007x\u202Egpj.exe\u200B\u{E0041}\r\nError: fake\u009B31m";

const esc = (text: string): string => `${text} ${hostile}`;

function failed(error: ErrorReport, more: Partial<Envelope> = {}): Envelope {
  return { schema, ok: false, kind: "error", error, ...more };
}

const answer = `Use a **partial index** 🎉 — it covers the query:

\`\`\`sql
CREATE INDEX CONCURRENTLY orders_open ON orders (customer_id, created_at DESC) WHERE closed_at IS NULL;
\`\`\`

| plan | cost |
| ---- | ---- |
| seq  | 9812 |

Two things to check first: that \`closed_at\` is really NULL for open orders (legacy rows use 1970-01-01), and that 家族 👨‍👩‍👧 sorts as you expect.`;

function makeJobs(count: number): readonly JobSummary[] {
  return Array.from({ length: count }, (_, index) => {
    const letters = "bcdfghjkmnpqrstvwxz";
    const suffix = [0, 1, 2, 3, 4, 5]
      .map((place) => letters.charAt((index * 7 + place * (index + 3)) % 19))
      .join("");
    const created = new Date(now.getTime() - (index + 1) * 97_000 * (index + 1));
    const base: JobSummary = {
      id: `20260304t115500123-${suffix}`,
      title:
        index % 2 === 0 ? "branch topic/refunds against main" : "Which index fits the orders query best?",
      kind: index % 2 === 0 ? "review" : "consult",
      status: "succeeded",
      workspace: "/home/ada/shop",
      createdAt: created.toISOString(),
      endedAt: new Date(created.getTime() + 61_000).toISOString(),
      tokens: 800 * index * index,
    };
    if (index < 2) {
      const { endedAt: _, ...active } = base;
      return {
        ...active,
        status: "running",
        phase: index === 0 ? "running_command" : "thinking",
        lastEventAt: new Date(now.getTime() - 3_000).toISOString(),
        ...(index === 0
          ? { currentCommand: "/bin/bash -lc 'rg -n \"refund\" src test --glob !**/*.snap | head -200'" }
          : {}),
      };
    }
    if (index === 2) return { ...base, verdict: "fail" };
    if (index === 3)
      return { ...base, status: "failed", error: "The account's limit is used up.", errorKind: "quota" };
    if (index === 4) return { ...base, verdict: "none", rehearsal: true };
    if (index === 5) return { ...base, status: "cancelled" };
    return base.kind === "review" ? { ...base, verdict: index % 4 === 0 ? "pass" : "concerns" } : base;
  });
}

const readiness = {
  codex: {
    path: "/usr/local/bin/codex",
    version: "0.169.0",
    range: "tested",
    testedRange: "0.165.0 to 0.169.0",
  },
  login: { kind: "ChatGPT", detail: "plan pro" },
  defaults: {
    model: { value: "gpt-5.5", origin: "user file" },
    effort: { value: "high", origin: "TANDEM_EFFORT" },
    stall: { value: 600_000, origin: "default" },
  },
  stateRoot: "/home/ada/.local/state/codex-tandem",
  surface: "70412cbbae18",
  problems: [],
} as const;

const notLoggedIn = reportError("not_logged_in", { cause: "401 Unauthorized: missing bearer" });

/** One envelope of each look that a person may meet. */
export const envelopes = {
  ...jobEnvelopes,
  reviewWithFindings: {
    schema,
    ok: true,
    kind: "review",
    job,
    target,
    verdict: "fail",
    confidence: 0.85,
    summary:
      "The change adds refunds. The happy path works and is tested, but nothing guards it against requests that arrive at the same time, and the error path leaks connections.",
    findings,
    questions: ["Is the bank's API idempotent by itself, and if so for how long does it keep the key?"],
    nextSteps: [
      "tandem result kvbtrz --json",
      'tandem consult --reply kvbtrz "How would you test finding 1?"',
    ],
    evidence: [
      { check: "tree unchanged", status: "passed", detail: "same fingerprint before and after" },
      { check: "answer valid", status: "passed", detail: "matches the schema" },
    ],
    coverage: { status: "complete", basis: "gathered", examined, omitted: [] },
    run,
  },
  reviewClean: {
    schema,
    ok: true,
    kind: "review",
    job,
    target: { scope: "branch", base: "a", head: "b", paths: [], label: "branch topic/refunds against main" },
    verdict: "pass",
    confidence: 0.97,
    summary: "Small and well tested.",
    findings: [],
    coverage: { status: "complete", basis: "codex", examined, omitted: [] },
    run: { ...run, engine: "exec", sandbox: { requested: "read-only", effective: "unverified" } },
  },
  reviewPartial: {
    schema,
    ok: true,
    kind: "review",
    job,
    target,
    verdict: "none",
    summary: "What was seen looks right.",
    findings: [],
    coverage: {
      status: "partial",
      basis: "gathered",
      examined,
      omitted: [
        ...Array.from({ length: 12 }, (_, index) => ({
          path: `src/generated/table-${index}.ts`,
          reason: "over the byte cap of 200,000",
        })),
        { path: "assets/logo one.png", reason: "binary file" },
        { path: "assets/b,c.png", reason: "binary file" },
        ...["a", "b", "c", "d", "e", "f"].map((name) => ({ path: `${name}.lock`, reason: `rule ${name}` })),
      ],
    },
    run: { ...run, warnings: ["Files changed while the review ran: src/payments/refund.ts."] },
    nextSteps: ["tandem review --path src/generated"],
  },
  reviewOfNothing: {
    schema,
    ok: true,
    kind: "review",
    target,
    verdict: "none",
    summary: "There are no uncommitted changes to review.",
    coverage: { status: "none", basis: "gathered", examined: [], omitted: [] },
    nextSteps: ["tandem review --base main"],
  },
  reviewRehearsed: {
    schema,
    ok: true,
    kind: "review",
    job: { ...job, rehearsal: true },
    target,
    verdict: "concerns",
    summary: "A scripted review.",
    findings: findings.slice(4),
    evidence: [
      { check: "tree unchanged", status: "failed", detail: "src/a.ts changed during the run" },
      { check: "receipt", status: "skipped", detail: "a rehearsal gets none" },
    ],
    run: { ...run, rehearsal: true, model: "rehearsal", network: true, isolation: "ignore-config" },
  },
  consult: {
    schema,
    ok: true,
    kind: "consult",
    job: { ...job, kind: "consult", title: "Which index fits the orders query best?" },
    answer,
    raw: answer,
    nextSteps: ["tandem result kvbtrz"],
    run: {
      ...run,
      durationMs: 41_234,
      usage: { inputTokens: 900, cachedInputTokens: 0, outputTokens: 210, reasoningTokens: 0 },
    },
  },
  fullAccess: {
    schema,
    ok: true,
    kind: "consult",
    answer: "Done.",
    run: {
      ...run,
      tier: "danger-full-access",
      sandbox: { requested: "danger-full-access", effective: "danger-full-access" },
    },
  },
  notLoggedIn: failed(notLoggedIn),
  quota: failed(
    reportError(
      "quota",
      { cause: "You've hit your usage limit. Try again at 14:00." },
      { retryAfterMs: 5_400_000 },
    ),
    { kind: "review", job: { ...job, status: "failed" }, target, verdict: "none", run },
  ),
  rateLimited: failed(reportError("rate_limited", { cause: "429" }, { retryAfterMs: 30_000 })),
  timeoutWithPartialAnswer: failed(reportError("timeout", { afterMs: 900_000 }), {
    kind: "consult",
    job: { ...job, kind: "consult", status: "failed", title: "Plan the migration" },
    answer: "So far I have read the schema. The first step is to",
    run: { ...run, durationMs: 900_000 },
    nextSteps: ["tandem result kvbtrz"],
  }),
  schemaViolation: failed(reportError("schema_violation", { problem: "findings[0].severity is missing" }), {
    kind: "review",
    job: { ...job, status: "failed" },
    target,
    verdict: "none",
    raw: '{"findings":[{"title":"x"}]}',
    run,
  }),
  ambiguous: failed(
    reportError("job_ambiguous", {
      id: "z",
      candidates: ["20260304t115500123-kvbtrz", "20260304t115500124-bbbtrz"],
    }),
  ),
  toolRepair: failed({
    kind: "job_running",
    message: "Job kvbtrz is still running.",
    retryable: true,
    repair: { say: "Wait for it.", tool: "wait", arguments: { id: "kvbtrz" } },
    details: {
      id: "kvbtrz",
      hint: "its last event came from the command npm test",
      empty: "",
      list: ["one", "two"],
    },
  }),
  stillRunning: {
    schema,
    ok: true,
    kind: "review",
    job: {
      id: job.id,
      title: job.title,
      kind: "review",
      status: "running",
      phase: "running_command",
      workspace: job.workspace,
      createdAt: job.createdAt,
      lastEventAt: "2026-03-04T11:59:57.000Z",
      currentCommand: "/bin/bash -lc 'npm test'",
      tokens: 12_345,
    },
    target,
    nextSteps: ["tandem wait kvbtrz", "tandem cancel kvbtrz"],
  },
  statusWithoutJobs: { schema, ok: true, kind: "status", readiness, jobs: [], run },
  statusWithThreeJobs: { schema, ok: true, kind: "status", readiness, jobs: makeJobs(3) },
  statusWithManyJobs: {
    schema,
    ok: true,
    kind: "status",
    readiness: {
      ...readiness,
      codex: { ...readiness.codex, version: "0.171.0", range: "newer" },
      problems: [
        notLoggedIn,
        reportError("sandbox_unavailable", { cause: "bwrap: No permissions to create a new namespace" }),
      ],
    },
    jobs: makeJobs(200),
  },
  statusOfAllFolders: {
    schema,
    ok: true,
    kind: "status",
    jobs: makeJobs(4).map((each, index) => ({
      ...each,
      workspace: `/home/ada/project-${index % 2}`,
      ...(index === 1 ? { phase: "waiting_approval" as const } : {}),
    })),
  },
  statusOfOneJob: {
    schema,
    ok: true,
    kind: "status",
    job: { ...job, status: "failed", error: "quota", tokens: 12 },
  },
  twoResults: {
    schema,
    ok: true,
    kind: "result",
    results: [
      { schema, ok: true, kind: "consult", answer: "One.", run },
      { schema, ok: true, kind: "consult", answer: "Two.", run },
    ],
  },
  version: { schema, ok: true, kind: "version", run },
  dryRun: {
    schema,
    ok: true,
    kind: "review",
    target,
    dryRun: {
      prompt: {
        bytes: 14_230,
        preview: "Review the change below.\n\ndiff --git a/src/a.ts b/src/a.ts\n+  const x = 1;",
      },
      inputs: Array.from({ length: 23 }, (_, index) => ({
        path: `src/file-${index}.ts`,
        bytes: 1234 * (index + 1),
      })),
      route: "app-server: Codex's own reviewer needs it",
      pins: [
        { key: "sandbox_mode", value: "read-only", reason: "a review changes nothing" },
        {
          key: "shell_environment_policy.inherit",
          value: "core",
          reason: "commands of the model do not see the secrets in the environment of the caller",
        },
      ],
      leavesTheMachine:
        "The prompt below goes to OpenAI, and so does what Codex reads by its own commands; redaction covers the first only.",
    },
    coverage: { status: "complete", basis: "gathered", examined, omitted: [] },
  },
  hostile: {
    schema,
    ok: false,
    kind: "review",
    job: {
      ...job,
      title: esc("title"),
      workspace: esc("/w"),
      currentCommand: esc("ls"),
      error: esc("error"),
    },
    target: { ...target, label: esc("label") },
    verdict: "none",
    summary: esc("summary"),
    answer: esc("answer"),
    findings: [
      {
        id: "a",
        severity: "high",
        title: esc("title"),
        file: esc("src/a.ts"),
        lineStart: 1,
        quote: esc("quote"),
        body: esc("body"),
        failurePath: esc("path"),
        risk: esc("risk"),
        recommendation: esc("fix"),
        anchor: "exact",
        proof: "claim",
      },
    ],
    questions: [esc("question")],
    nextSteps: [esc("next")],
    evidence: [{ check: esc("check"), status: "failed", detail: esc("detail") }],
    coverage: {
      status: "partial",
      basis: "gathered",
      examined: [],
      omitted: [{ path: esc("omitted"), reason: esc("reason") }],
    },
    readiness: {
      codex: { path: esc("/bin"), version: esc("1"), range: "unknown", testedRange: esc("2") },
      login: { kind: esc("kind"), detail: esc("detail") },
      defaults: { [esc("key")]: { value: esc("value"), origin: esc("origin") } },
      stateRoot: esc("/state"),
      surface: esc("surface"),
      problems: [reportError("internal", { cause: esc("cause") })],
    },
    jobs: [
      { ...job, title: esc("listed"), status: "running", currentCommand: esc("cmd") },
      { ...job, workspace: esc("/elsewhere") },
    ],
    dryRun: {
      prompt: { bytes: 1, preview: esc("preview") },
      inputs: [{ path: esc("input"), bytes: 1 }],
      route: esc("route"),
      pins: [{ key: esc("key"), value: esc("value"), reason: esc("reason") }],
      leavesTheMachine: esc("all"),
    },
    run: { ...run, model: esc("model"), thread: esc("thread"), warnings: [esc("warning")] },
    error: reportError("spawn_failed", { path: esc("/bin/codex"), cause: esc("cause") }),
  },
} as const satisfies Record<string, Envelope>;
