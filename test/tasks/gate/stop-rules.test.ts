import { describe, expect } from "vitest";
import { errorCatalogue } from "../../../src/domain/errors/tandem-error.ts";
import type { Finding } from "../../../src/domain/finding.ts";
import {
  decideStop,
  effectOf,
  judgeResult,
  keepsBaseline,
  mayBlock,
  type StopFacts,
} from "../../../src/tasks/gate/stop-rules.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";

const usual: StopFacts = {
  isStopHookActive: false,
  rounds: 0,
  maxRounds: 2,
  spentTokens: 0,
  maxTokens: 1_000,
  files: "new",
};

describe("a stop", () => {
  const { files: _files, ...unlooked } = usual;
  const table: readonly (readonly [string, StopFacts, unknown])[] = [
    ["is looked at before anything else is decided", unlooked, { next: "look" }],
    ["with new files is reviewed", usual, { next: "review", round: 1 }],
    [
      "after one round is reviewed again",
      { ...usual, rounds: 1, isStopHookActive: true },
      { next: "review", round: 2 },
    ],
    [
      "after its rounds passes",
      { ...usual, rounds: 2, isStopHookActive: true },
      { next: "pass", why: "rounds-used" },
    ],
    [
      "after more rounds than a lowered limit passes",
      { ...usual, rounds: 5 },
      { next: "pass", why: "rounds-used" },
    ],
    [
      "after its rounds passes without a look",
      { ...unlooked, rounds: 2 },
      { next: "pass", why: "rounds-used" },
    ],
    [
      "that goes on for another hook passes",
      { ...usual, isStopHookActive: true },
      { next: "pass", why: "foreign-stop" },
    ],
    [
      "with the baseline's files passes",
      { ...usual, files: "unchanged" },
      { next: "pass", why: "unchanged" },
    ],
    [
      "with files that passed before passes",
      { ...usual, files: "passed" },
      { next: "pass", why: "passed-before" },
    ],
    [
      "with files that were sent back before passes",
      { ...usual, files: "blocked" },
      { next: "pass", why: "blocked-before" },
    ],
    ["without tokens left is given up", { ...usual, spentTokens: 1_000 }, { next: "give-up", why: "budget" }],
    [
      "without tokens left passes with the baseline's files",
      { ...usual, spentTokens: 1_000, files: "unchanged" },
      { next: "pass", why: "unchanged" },
    ],
  ];
  for (const [what, facts, step] of table) {
    verifies("gate.rules", what, () => expect(decideStop(facts)).toEqual(step));
  }

  verifies("gate.rules", "is sent back at most as often as the rounds say, whatever happens between", () => {
    const event = fc.record({
      files: fc.constantFrom("unchanged", "passed", "blocked", "new" as const),
      outcome: fc.constantFrom("allow", "block", "could-not-run" as const),
    });
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 30 }),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        (events, maxRounds, isStrict) => {
          let rounds = 0;
          for (const { files, outcome } of events) {
            const step = decideStop({ ...usual, files, rounds, maxRounds, isStopHookActive: rounds > 0 });
            const came = step.next === "review" ? outcome : "could-not-run";
            if (step.next === "review" || step.next === "give-up") {
              rounds += effectOf(came, { isStrict }) === "send-back" ? 1 : 0;
            }
          }
          expect(rounds).toBeLessThanOrEqual(maxRounds);
          expect(decideStop({ ...usual, rounds: maxRounds, maxRounds }).next).toBe("pass");
        },
      ),
    );
  });
});

const finding: Finding = {
  id: "1",
  severity: "high",
  category: "fact",
  title: "A fault",
  anchor: "exact",
  proof: "witnessed",
};

describe("a finding", () => {
  for (const severity of ["critical", "high", "medium", "low", "nit"] as const) {
    for (const anchor of ["exact", "moved", "missing"] as const) {
      for (const category of ["fact", "inference", "question"] as const) {
        const blocks =
          (severity === "critical" || severity === "high") && anchor === "exact" && category !== "question";
        verifies(
          "gate.anchored",
          `${severity}, ${anchor}, ${category}: ${blocks ? "may block" : "never blocks"}`,
          () => expect(mayBlock({ ...finding, severity, anchor, category })).toBe(blocks),
        );
      }
    }
  }
});

describe("a result", () => {
  const report = { kind: "quota", message: "used up", retryable: false } as const;
  const minor = { ...finding, severity: "low" } as const;
  const table: readonly (readonly [string, Parameters<typeof judgeResult>[0], unknown])[] = [
    [
      "with a grave finding blocks",
      { ok: true, verdict: "fail", findings: [minor, finding] },
      { outcome: "block", findings: [finding] },
    ],
    [
      "with a grave finding blocks whatever the verdict",
      { ok: true, verdict: "pass", findings: [finding] },
      { outcome: "block", findings: [finding] },
    ],
    [
      "with lesser findings allows",
      { ok: true, verdict: "concerns", findings: [minor] },
      { outcome: "allow" },
    ],
    [
      "that rejects without a grave finding allows",
      { ok: true, verdict: "fail", findings: [] },
      { outcome: "allow" },
    ],
    ["of an incomplete view without findings allows", { ok: true, verdict: "none" }, { outcome: "allow" }],
    [
      "with an error could not run, its findings notwithstanding",
      { ok: false, verdict: "fail", findings: [finding], error: report as never },
      { outcome: "could-not-run", kind: "quota", cause: "used up" },
    ],
    [
      "without a verdict could not run",
      { ok: true },
      { outcome: "could-not-run", kind: "internal", cause: "the review has no result" },
    ],
    [
      "that is not ok could not run",
      { ok: false, verdict: "pass" },
      { outcome: "could-not-run", kind: "internal", cause: "the review has no result" },
    ],
  ];
  for (const [what, result, outcome] of table) {
    verifies("gate.rules", what, () => expect(judgeResult(result)).toEqual(outcome));
  }
});

describe("the effect of an outcome", () => {
  for (const [outcome, isStrict, effect] of [
    ["allow", false, "pass"],
    ["allow", true, "pass"],
    ["block", false, "send-back"],
    ["block", true, "send-back"],
    ["could-not-run", false, "pass"],
    ["could-not-run", true, "send-back"],
  ] as const) {
    verifies("gate.rules", `${outcome}${isStrict ? ", strict" : ""}: ${effect}`, () =>
      expect(effectOf(outcome, { isStrict })).toBe(effect),
    );
  }

  verifies("gate.rules", "only a failure that the change may have caused moves the baseline", () => {
    const moves = Object.keys(errorCatalogue).filter((kind) => !keepsBaseline(kind));
    expect(moves.sort()).toEqual([
      "agent_refused",
      "context_too_large",
      "empty_answer",
      "input_too_large",
      "input_unreadable",
      "schema_violation",
      "stalled",
      "timeout",
    ]);
  });
});
