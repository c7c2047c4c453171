import type { Envelope, JobSummary } from "../../src/domain/envelope.ts";
import type { JobStatus } from "../../src/domain/job.ts";
import type { Pending } from "../../src/domain/pending.ts";
import { ago } from "./fixture-time.ts";

const schema = "codex-tandem/1";
const thread = "0199a213-81c0-7800-8aa1-bbab2a035a53";
const minute = 60_000;

function jobOf(letters: string, more: Partial<JobSummary> = {}): JobSummary {
  return {
    id: `20260304t115500123-${letters}`,
    title: "uncommitted changes",
    kind: "review",
    status: "running",
    phase: "thinking",
    workspace: "/home/ada/shop",
    createdAt: ago(5 * minute),
    startedAt: ago(4 * minute),
    lastEventAt: ago(3_000),
    askedBy: "claude-code",
    host: "broker",
    tokens: 12_345,
    ...more,
  };
}

/** A job that has ended, without what only a running one has. */
export function endedJob(letters: string, status: JobStatus, more: Partial<JobSummary> = {}): JobSummary {
  const { phase: _, lastEventAt: __, ...job } = jobOf(letters);
  return { ...job, status, endedAt: ago(2 * minute), ...more };
}

export const publish: Pending = {
  id: "1",
  kind: "command",
  text: "Codex wants to run a command that may then run outside of the sandbox:\n  /bin/bash -lc 'npm publish'\nin /home/ada/shop\nCodex's reason:\n  It is ready.",
  choices: ["accept", "decline", "cancel"],
  expiresAt: ago(-290_000),
};

const script: Pending = {
  id: "2",
  kind: "command",
  text: "Codex wants to run a command that may then run outside of the sandbox:\n  python - <<'END'\n  import shutil\n  shutil.rmtree('/srv/data/releases/that-are-older-than-thirty-days-and-not-linked-from-current')\n  END\nin /home/ada/shop\nCodex's reason:\n  The old releases fill the disk.",
  choices: ["accept", "decline"],
  expiresAt: ago(-45_000),
};

const form: Pending = {
  id: "3",
  kind: "question",
  text: "Which database shall it be?",
  choices: [],
  questions: [
    { id: "database", text: "Which database shall it be?", choices: ["postgres", "sqlite"] },
    { id: "host name", text: "Where does it run?", choices: [] },
  ],
  expiresAt: ago(1_000),
};

const patch: Pending = {
  id: "4",
  kind: "patch",
  text: "Codex wants to change files that its sandbox does not let it write:\n  update /etc/hosts\n/etc/hosts:\n  +127.0.0.1 shop",
  choices: ["accept", "decline"],
  expiresAt: ago(-3_600_000),
};

const tool: Pending = {
  id: "5",
  kind: "elicitation",
  text: "The server tickets asks: create the ticket “Refunds are paid twice”?",
  choices: ["accept", "decline"],
  expiresAt: ago(-60_000),
};

const queued = { status: "queued", phase: "queued", startedAt: ago(5 * minute), tokens: 0 } as const;
const waiting = { phase: "waiting_approval" } as const;

/** One job in each state that a list can show. */
export const jobsOfAllStates: readonly JobSummary[] = [
  endedJob("bbbbbb", "succeeded", { verdict: "concerns" }),
  jobOf("cccccc", { phase: "running_command", currentCommand: "/bin/bash -lc 'npm test -- --run'" }),
  jobOf("dddddd", { isQuiet: true, lastEventAt: ago(6 * minute), kind: "task", title: "Fix the flaky test" }),
  jobOf("ffffff", { ...waiting, kind: "task", title: "Publish the package", pending: [publish] }),
  jobOf("gggggg", { ...waiting, kind: "task", title: "Clean the server up", pending: [script, form] }),
  jobOf("hhhhhh", { ...waiting, askedBy: "pipe", title: "A record of an older version" }),
  jobOf("jjjjjj", {
    ...queued,
    kind: "adversarial-review",
    queuePlace: 12,
    title: "branch topic/数据库连接 against main",
    askedBy: "terminal",
  }),
  jobOf("kkkkkk", { ...queued, queuePlace: 2, kind: "consult", title: "Which index?" }),
  jobOf("mmmmmm", { phase: "cancelling", host: "runner", rehearsal: true }),
  endedJob("nnnnnn", "failed", { error: "No answer for 10 minutes.", errorKind: "stalled", kind: "task" }),
  endedJob("pppppp", "cancelled", { error: "Cancelled.", errorKind: "cancelled" }),
  endedJob("qqqqqq", "succeeded", { verdict: "none", rehearsal: true, endedAt: ago(9_000_000_000) }),
];

const brokers = [
  { pid: 4242, version: "0.1.0", startedAt: ago(7_440_000), state: "alive" },
  { pid: 4100, version: "0.0.9", startedAt: ago(90_000_000), state: "draining" },
  { pid: 77, version: "0.1.0", startedAt: ago(12_000), state: "silent" },
  { pid: 78, version: "0.1.0", startedAt: ago(12_000), state: "stale" },
] as const;

const running = jobOf("kvbtrz", {
  thread,
  phase: "running_command",
  currentCommand: "/bin/bash -lc 'npm test -- --run'",
});

/** Lists of jobs, and the answers of the commands that deal with jobs. */
export const jobEnvelopes = {
  statusOfAllStates: {
    schema,
    ok: true,
    kind: "status",
    jobs: jobsOfAllStates,
    unlisted: { hasOlder: true, activeElsewhere: 2 },
  },
  statusOfManyFolders: {
    schema,
    ok: true,
    kind: "status",
    jobs: jobsOfAllStates.map((job, index) => ({
      ...job,
      workspace: index % 2 === 0 ? "/home/ada/shop" : "/home/ada/数据库/a-folder-with-a-long-name",
    })),
  },
  statusOfQueuedHundred: {
    schema,
    ok: true,
    kind: "status",
    jobs: Array.from({ length: 100 }, (_, index) =>
      index < 8
        ? jobOf(`bbbbb${"bcdfghjk".charAt(index)}`, { title: `Part ${index + 1}` })
        : jobOf(`ccccc${"bcdfghjk".charAt(index % 8)}`, {
            ...queued,
            queuePlace: index - 7,
            title: `Part ${index + 1}`,
          }),
    ),
  },
  statusElsewhereOnly: { schema, ok: true, kind: "status", jobs: [], unlisted: { activeElsewhere: 1 } },
  statusWithBrokers: {
    schema,
    ok: true,
    kind: "status",
    readiness: {
      codex: { path: "/usr/local/bin/codex", version: "0.169.0", range: "tested", testedRange: "0.169.0" },
      login: { kind: "ChatGPT" },
      defaults: {},
      stateRoot: "/home/ada/.local/state/codex-tandem",
      brokers,
      surface: "70412cbbae18",
      problems: [],
    },
    jobs: [],
  },
  statusOfRunningJob: {
    schema,
    ok: true,
    kind: "status",
    job: { ...running, isQuiet: true, lastEventAt: ago(6 * minute) },
  },
  statusOfQueuedJob: {
    schema,
    ok: true,
    kind: "status",
    job: jobOf("kvbtrz", { ...queued, queuePlace: 3 }),
  },
  statusOfWaitingJob: {
    schema,
    ok: true,
    kind: "status",
    job: jobOf("kvbtrz", { ...waiting, kind: "task", title: "Publish the package" }),
    pending: [publish],
  },
  statusOfFailedJob: {
    schema,
    ok: true,
    kind: "status",
    job: endedJob("kvbtrz", "failed", {
      thread,
      error: "Codex gave no sign of life for 600 s.",
      errorKind: "stalled",
      expiresAt: ago(-15_552_000_000),
    }),
  },
  statusOfSucceededJob: {
    schema,
    ok: true,
    kind: "status",
    job: endedJob("kvbtrz", "succeeded", { verdict: "pass", thread, host: "runner", askedBy: "terminal" }),
  },
  pendingOfAllKinds: {
    schema,
    ok: true,
    kind: "wait",
    job: jobOf("kvbtrz", { ...waiting, kind: "task", title: "Publish the package", pollAfterMs: 10_000 }),
    pending: [publish, script, form, patch, tool],
    summary: "The job goes on; this command has stopped waiting for it.",
    nextSteps: ["tandem wait kvbtrz", "tandem cancel kvbtrz"],
  },
  waitStillRunning: {
    schema,
    ok: true,
    kind: "wait",
    job: { ...running, pollAfterMs: 10_000 },
    summary: "The job goes on; this command has stopped waiting for it.",
    nextSteps: ["tandem wait kvbtrz", "tandem status kvbtrz", "tandem cancel kvbtrz"],
  },
  waitForThree: {
    schema,
    ok: true,
    kind: "wait",
    jobs: [endedJob("bbbbbb", "succeeded", { verdict: "fail" }), endedJob("cccccc", "failed"), running],
    results: [
      {
        schema,
        ok: true,
        kind: "review",
        job: endedJob("bbbbbb", "succeeded", { verdict: "fail" }),
        target: { scope: "working-tree", paths: [], label: "uncommitted changes" },
        verdict: "fail",
        summary: "Refunds are paid twice.",
      },
      {
        schema,
        ok: false,
        kind: "consult",
        job: endedJob("cccccc", "failed", { kind: "consult", title: "Which index?" }),
        error: {
          kind: "stalled",
          message: "Codex gave no sign of life for 600 s.",
          retryable: true,
          repair: { say: "Start it again.", command: "tandem retry cccccc" },
        },
      },
    ],
    summary: "2 of 3 jobs have ended. The others go on.",
  },
  cancelled: { schema, ok: true, kind: "cancel", job: endedJob("kvbtrz", "cancelled") },
  cancelledInWords: {
    schema,
    ok: true,
    kind: "cancel",
    job: endedJob("kvbtrz", "cancelled"),
    summary: "Job kvbtrz was cancelled; what had arrived is kept.",
  },
  cancelTooLate: {
    schema,
    ok: true,
    kind: "cancel",
    job: endedJob("kvbtrz", "succeeded", { verdict: "pass" }),
  },
  cancelUnderWay: { schema, ok: true, kind: "cancel", job: jobOf("kvbtrz", { phase: "cancelling" }) },
  cancelledSeveral: {
    schema,
    ok: true,
    kind: "cancel",
    jobs: [
      endedJob("bbbbbb", "cancelled"),
      endedJob("cccccc", "cancelled", { title: "Which index?" }),
      jobOf("dddddd", { phase: "cancelling" }),
    ],
    summary: "Job bbbbbb was cancelled.\nJob cccccc was cancelled.\nJob dddddd has been told to stop.",
  },
  cancelledNothing: { schema, ok: true, kind: "cancel", jobs: [] },
  steered: { schema, ok: true, kind: "steer", job: running },
  answered: {
    schema,
    ok: true,
    kind: "answer",
    job: running,
    summary: "Codex has its answer (decline).",
    pending: [tool],
  },
  answerNotTaken: {
    schema,
    ok: false,
    kind: "answer",
    job: running,
    error: {
      kind: "usage",
      message: "The answer was not taken: request 7 does not wait for an answer.",
      retryable: false,
      repair: { say: "See `tandem --help`." },
    },
  },
  jobsRemoved: {
    schema,
    ok: true,
    kind: "jobs",
    jobs: [endedJob("bbbbbb", "succeeded", { verdict: "pass" }), endedJob("cccccc", "failed")],
  },
  jobsKept: { schema, ok: true, kind: "jobs", jobs: [] },
  threads: {
    schema,
    ok: true,
    kind: "threads",
    summary: "Threads of /home/ada/shop.",
    threads: [
      {
        id: thread,
        name: "tandem: uncommitted changes",
        cwd: "/home/ada/shop",
        updatedAt: ago(7_200_000),
        jobs: ["20260304t115500123-kvbtrz", "20260304t105500123-bbbtrz"],
      },
      {
        id: "0199a213-81c0-7800-8aa1-bbab2a035a54",
        preview: "Warum sind die 数据库连接 nach einem Fehler nicht geschlossen, und wie lange schon?",
        cwd: `/home/ada/${"deep/".repeat(20)}folder`,
        updatedAt: ago(900_000_000),
        jobs: [],
      },
      {
        id: "0199a213-81c0-7800-8aa1-bbab2a035a55",
        jobs: Array.from(
          { length: 9 },
          (_, index) => `20260304t11550012${index}-bbbbb${"bcdfghjkm".charAt(index)}`,
        ),
      },
    ],
  },
  threadsNone: { schema, ok: true, kind: "threads", threads: [] },
} as const satisfies Record<string, Envelope>;
