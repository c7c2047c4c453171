import { expect } from "vitest";
import { findReceiptLines, printReceiptLine, shortDigest } from "../../src/domain/receipt-line.ts";
import { findReportProblem, type ReportedJob } from "../../src/evidence/agent-report.ts";
import { verifies } from "../support/requirements.ts";

const receipt = "3f9a1c2e4b5d70aa".padEnd(64, "0");
const job: ReportedJob = {
  id: "20260121t024700123-bcdfgh",
  createdAt: "2026-01-21T02:47:00.123Z",
  receipt,
  isOfSession: true,
  text: "Task: Say hello\njob bcdfgh · 2 s\n\nThe cache keeps stale rows.\n\n```ts\nopen(x)\n```\n\nNext: reply",
};
const line = printReceiptLine({ job: job.id, digest: shortDigest(receipt), rehearsal: false });
const fine = [
  ["the whole text", `${job.text}\n${line}`],
  ["the answer alone", `The cache keeps stale rows.\n\n${line}`],
  ["a quotation, wrapped anew", `> The cache keeps\n> stale   rows.\n> \n> ${line}`],
  ["that there is no answer", "Codex did not answer: not_logged_in: run codex login"],
  ["that there is none yet", "Codex has not answered yet: job bcdfgh goes on."],
] as const;

for (const [claim, report] of fine) {
  verifies("plugin.rescue.report", `lets pass ${claim}`, () => {
    expect(
      findReportProblem(report, [job], { startedAt: "2026-01-21T02:46:00Z", receipts: [] }),
    ).toBeUndefined();
  });
}

const wrong = [
  ["prose without a receipt", "It is a race in the cache.", "has no receipt"],
  ["nothing", "", "has no receipt"],
  ["a receipt of no job", line.replace("bcdfgh", "zzzzzz"), "does not exist"],
  ["a digest of its own", line.replace("3f9a", "0000"), "not the one of job"],
  ["an altered word", `The cache keeps fresh rows.\n${line}`, "did not say"],
  ["a word of its own", `Codex found this.\nThe cache keeps stale rows.\n${line}`, "did not say"],
  ["a gap", `The cache keeps rows.\n${line}`, "did not say"],
] as const;

for (const [claim, report, problem] of wrong) {
  verifies("plugin.rescue.report", `sends back ${claim}`, () => {
    expect(findReportProblem(report, [job], { receipts: [] })).toContain(problem);
  });
}

verifies(
  "plugin.rescue.report",
  "sends back the receipt of a run that is older than the agent, unless the agent has asked for it",
  () => {
    const startedAt = "2026-01-21T02:48:00Z";
    const report = `${job.text}\n${line}`;
    expect(findReportProblem(report, [job], { startedAt, receipts: [] })).toContain("older run");
    const another = line.replace("3f9a", "0000");
    expect(findReportProblem(report, [job], { startedAt, receipts: findReceiptLines(another) })).toContain(
      "older run",
    );
    expect(findReportProblem(report, [job], { startedAt, receipts: findReceiptLines(line) })).toBeUndefined();
  },
);

verifies("plugin.rescue.report", "sends back the run of another session, however new", () => {
  const facts = { startedAt: "2026-01-21T02:46:00Z", receipts: findReceiptLines(line) };
  const foreign = { ...job, isOfSession: false };
  expect(findReportProblem(`${job.text}\n${line}`, [foreign], facts)).toContain("another session");
});

verifies("plugin.rescue.report", "takes a job that has not ended for none", () => {
  const { receipt: _, ...running } = job;
  expect(findReportProblem(line, [running], { receipts: [] })).toContain("has not ended");
});
