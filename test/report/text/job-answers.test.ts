import { describe, expect } from "vitest";
import type { Envelope } from "../../../src/domain/envelope.ts";
import { renderEnvelope } from "../../../src/report/text/render-envelope.ts";
import { verifies } from "../../support/requirements.ts";
import { now } from "../fixture-time.ts";
import { endedJob, jobEnvelopes } from "../job-fixtures.ts";

function show(envelope: Envelope): string {
  return renderEnvelope(envelope, { columns: 80, colour: false, now });
}

const { cancelled, statusOfFailedJob, statusOfRunningJob, statusOfSucceededJob, waitForThree } = jobEnvelopes;

describe("the status of one job", () => {
  verifies("report.one-job", "a running job tells all that is known of it", () => {
    expect(show(statusOfRunningJob)).toBe(
      [
        "Review: uncommitted changes",
        "job kvbtrz",
        "",
        "running a command · 4m00s · quiet: last event 6 min ago · 12.3k tokens",
        "  $ npm test -- --run",
        "Folder    /home/ada/shop",
        "Asked     claude-code via broker",
        "Times     created 5 min ago, started 4 min ago",
        "Thread    0199a213-81c0-7800-8aa1-bbab2a035a53",
        "Job       20260304t115500123-kvbtrz",
        "",
        "Next",
        "  tandem watch kvbtrz",
        "  tandem wait kvbtrz",
        "  tandem cancel kvbtrz",
        "",
      ].join("\n"),
    );
  });

  verifies(
    "report.one-job",
    "an ended job says how it came out, until when it is kept, and where its result is",
    () => {
      expect(show(statusOfSucceededJob)).toMatch(
        /\npass · 2m00s · ended 2 min ago · [^]*\nNext\n {2}tandem result kvbtrz\n {2}tandem reply kvbtrz "…"\n$/,
      );
      const text = show(statusOfFailedJob);
      expect(text).toMatch(
        /\nrun failed · 2m00s · [^\n]*\nError \(stalled\): Codex gave no sign of life for 600 s\.\n/,
      );
      expect(text).toContain(", kept until 2026-08-31\n");
      expect(text).toMatch(
        /\n {2}tandem result kvbtrz\n {2}tandem retry kvbtrz\n {2}tandem reply kvbtrz "…"\n$/,
      );
    },
  );

  verifies("report.one-job", "a reply is offered to a failed job only where it has a thread", () => {
    const { thread: _, ...job } = statusOfFailedJob.job;
    expect(show({ ...statusOfFailedJob, job })).not.toContain("tandem reply");
  });

  verifies(
    "report.one-job",
    "a queued job tells its place, one that waits for an answer how to answer",
    () => {
      expect(show(jobEnvelopes.statusOfQueuedJob)).toContain("\nqueued · 5m00s · 3rd in the queue\n");
      const waiting = show(jobEnvelopes.statusOfWaitingJob);
      expect(waiting).toContain("\nwaits for your answer · ");
      expect(waiting).toMatch(/\n {2}tandem answer kvbtrz accept\n[^]*cancel\n$/);
    },
  );

  verifies("report.one-job", "what the command proposes comes before what the state suggests", () => {
    const text = show({ ...statusOfRunningJob, nextSteps: ["tandem status kvbtrz"] });
    expect(text).toMatch(/\n\nNext: tandem status kvbtrz\n$/);
  });
});

describe("waiting", () => {
  verifies("report.job-answers", "a job that goes on: what it does, when to ask again, how to go on", () => {
    const text = show(jobEnvelopes.waitStillRunning);
    expect(text).toContain(
      "\nrunning a command · 4m00s · last event 3 s ago · 12.3k tokens · ask again in 10s\n",
    );
    expect(text).toContain(
      "\n\nThe job goes on; this command has stopped waiting for it.\n\nNext\n  tandem wait kvbtrz\n",
    );
  });

  verifies(
    "report.job-answers",
    "several results: each under its own header, then what goes on, then one line for all",
    () => {
      const text = show(waitForThree);
      const order = [
        "Result 1 of 2\nReview of uncommitted changes\njob bbbbbb\n",
        "Result 2 of 2\nConsult: Which index?\njob cccccc\n",
        "\n1 running\njob     kind",
        "\n3 jobs: 1 fail, 1 run failed, 1 still running\n2 of 3 jobs have ended. The others go on.\n",
      ].map((part) => text.indexOf(part));
      expect(order).not.toContain(-1);
      expect(order).toEqual(order.toSorted((one, other) => one - other));
      expect(text.match(/have ended/g)).toHaveLength(1);
      expect(text).not.toContain("Ended (");
    },
  );

  verifies("report.job-answers", "one result needs no count of results", () => {
    const [first] = waitForThree.results;
    const text = show({ schema: "codex-tandem/1", ok: true, kind: "result", results: [first] });
    expect(text).toMatch(/^Review of uncommitted changes\n/);
    expect(text).not.toMatch(/1 jobs?:/);
  });
});

describe("what a command has done", () => {
  const cases: readonly (readonly [string, Envelope, string])[] = [
    [
      "a cancelled job",
      cancelled,
      "Cancelled.\nkvbtrz · review · 2m00s · uncommitted changes\n\nNext: tandem result kvbtrz\n",
    ],
    [
      "a cancelled job, in the command's words",
      jobEnvelopes.cancelledInWords,
      "Job kvbtrz was cancelled; what had arrived is kept.\nkvbtrz · review · 2m00s · uncommitted changes\n\nNext: tandem result kvbtrz\n",
    ],
    [
      "a job that had ended already",
      jobEnvelopes.cancelTooLate,
      "It had ended already (pass): nothing was changed.\nkvbtrz · review · 2m00s · uncommitted changes\n\nNext: tandem result kvbtrz\n",
    ],
    [
      "a job that still ends",
      jobEnvelopes.cancelUnderWay,
      "Asked to stop; it has not ended yet.\nkvbtrz · review · cancelling · 4m00s · uncommitted changes\n\nNext: tandem wait kvbtrz\n",
    ],
    ["nothing to cancel", jobEnvelopes.cancelledNothing, "Nothing runs here: nothing was cancelled.\n"],
    [
      "a steered turn",
      jobEnvelopes.steered,
      "Said to the running turn.\nkvbtrz · review · command · 4m00s · uncommitted changes\n\nNext: tandem watch kvbtrz\n",
    ],
    ["nothing to remove", jobEnvelopes.jobsKept, "Nothing was removed.\n"],
    ["no threads", jobEnvelopes.threadsNone, "No threads here.\n"],
  ];
  for (const [what, envelope, said] of cases) {
    verifies("report.job-answers", `it is said of ${what}`, () => {
      expect(show(envelope)).toBe(said);
    });
  }

  verifies("report.job-answers", "several cancelled jobs: a count, then each with its state", () => {
    const text = show(jobEnvelopes.cancelledSeveral);
    expect(text).toMatch(/^Cancelled 2 jobs\. 1 still ending\.\n\n1 running\n/);
    expect(text).toMatch(/\ndddddd {2}review {2}cancelling /);
    expect(text.match(/^(bbbbbb|cccccc) {2}review {2}cancelled /gm)).toHaveLength(2);
    expect(text).not.toContain("has been told to stop");
  });

  verifies("report.job-answers", "an answer says so, and what is still asked", () => {
    const text = show(jobEnvelopes.answered);
    expect(text).toMatch(/^Codex has its answer \(decline\)\.\nkvbtrz · /);
    expect(text).toContain("\nCodex waits for your answer (1 request)\n");
  });

  verifies(
    "report.job-answers",
    "an answer that was not taken is an error, and nothing is kept of a job that runs",
    () => {
      const text = show(jobEnvelopes.answerNotTaken);
      expect(text).toContain("\nError (usage): The answer was not taken");
      expect(text).not.toContain("Answered");
      expect(text).not.toContain("Kept:");
    },
  );

  verifies("report.job-answers", "removed jobs are counted and named", () => {
    const text = show(jobEnvelopes.jobsRemoved);
    expect(text).toMatch(/^Removed 2 jobs\.\n\njob +kind/);
    expect(text.match(/^(bbbbbb|cccccc) {2}/gm)).toHaveLength(2);
  });

  verifies("report.job-answers", "a job that was cancelled in the queue tells how long it waited", () => {
    const { startedAt: _, ...job } = endedJob("kvbtrz", "cancelled");
    expect(show({ ...cancelled, job })).toContain("kvbtrz · review · 3m00s · ");
  });
});

describe("threads", () => {
  verifies("report.job-answers", "each has its whole id, name, age, our jobs and its folder", () => {
    const text = show(jobEnvelopes.threads);
    expect(text).toMatch(/^Threads of \/home\/ada\/shop\.\n\nthread +updated +name\n/);
    expect(text).toContain(
      "\n0199a213-81c0-7800-8aa1-bbab2a035a53  2 h ago      tandem: uncommitted changes\n" +
        "        jobs kvbtrz, bbbtrz · in /home/ada/shop\n",
    );
    expect(text).toContain("  10 days ago  Warum sind die 数据库连接 na…\n");
    expect(text).toContain("jobs bbbbbb, bbbbbc, bbbbbd, bbbbbf, bbbbbg and 4 more\n");
    expect(text).toContain("  unknown      (no name)\n");
  });
});
