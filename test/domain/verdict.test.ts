import { expect } from "vitest";
import type { Coverage } from "../../src/domain/envelope.ts";
import { type Finding, type Severity, severities } from "../../src/domain/finding.ts";
import { decideVerdict, type VerdictGrounds } from "../../src/domain/verdict.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";

const whole: VerdictGrounds = {
  overall: "correct",
  findings: [],
  coverage: coverage("complete"),
  treeChanged: false,
  rehearsal: false,
};

const correct = (grounds: Partial<VerdictGrounds>) => ({ ...whole, ...grounds });
const incorrect = (grounds: Partial<VerdictGrounds>) => correct({ overall: "incorrect", ...grounds });

const table: readonly (readonly [
  claim: string,
  grounds: VerdictGrounds,
  verdict: string,
  reason?: RegExp,
])[] = [
  ["a whole view and nothing found", whole, "pass"],
  ["only small findings", correct({ findings: [finding("low"), finding("nit")] }), "pass"],
  ["an answer that could not be read", correct({ overall: undefined }), "none", /could not be read/],
  [
    "an answer that could not be read, with a grave finding",
    correct({ overall: undefined, findings: [finding("critical")] }),
    "none",
    /could not be read/,
  ],
  ["nothing was read", correct({ coverage: coverage("none") }), "none", /read none/],
  ["nothing was read, and it is called incorrect", incorrect({ coverage: coverage("none") }), "none", /none/],
  ["a partial view and nothing found", correct({ coverage: coverage("partial") }), "none", /Not every/],
  ["the files changed meanwhile", correct({ treeChanged: true }), "none", /changed during/],
  ["a scripted model approves", correct({ rehearsal: true }), "none", /scripted/],
  ["called correct with a medium finding", correct({ findings: [finding("medium")] }), "concerns"],
  ["called correct with a critical finding", correct({ findings: [finding("critical")] }), "concerns"],
  ["called correct with a critical finding at nothing", correct({ findings: [missing("critical")] }), "pass"],
  ["called incorrect without a finding", incorrect({}), "concerns"],
  ["called incorrect with a low finding", incorrect({ findings: [finding("low")] }), "concerns"],
  ["called incorrect with a medium finding", incorrect({ findings: [finding("medium")] }), "concerns"],
  ["called incorrect with a high finding", incorrect({ findings: [finding("high")] }), "fail"],
  ["called incorrect with a critical finding", incorrect({ findings: [finding("critical")] }), "fail"],
  ["called incorrect with a moved high finding", incorrect({ findings: [moved("high")] }), "fail"],
  ["called incorrect with a high finding at nothing", incorrect({ findings: [missing("high")] }), "concerns"],
  [
    "called incorrect in a partial view",
    incorrect({ findings: [finding("high")], coverage: coverage("partial") }),
    "fail",
  ],
  [
    "called incorrect while the files changed",
    incorrect({ findings: [finding("high")], treeChanged: true }),
    "fail",
  ],
  [
    "called incorrect by a scripted model",
    incorrect({ findings: [finding("high")], rehearsal: true }),
    "fail",
  ],
];

for (const [claim, grounds, verdict, reason] of table) {
  verifies("tasks.verdict", `${claim}: ${verdict}`, () => {
    const decision = decideVerdict(grounds);
    expect(decision.verdict).toBe(verdict);
    if (reason === undefined) expect(decision.reason).toBeUndefined();
    else expect(decision.reason).toMatch(reason);
  });
}

verifies(
  "tasks.verdict",
  "a pass holds only when every condition of a pass holds, and none always says why",
  () => {
    const anchors = ["exact", "moved", "missing"] as const;
    const findings = fc.array(
      fc.record({ severity: fc.constantFrom(...severities), anchor: fc.constantFrom(...anchors) }),
      { maxLength: 4 },
    );
    const grounds = fc.record({
      overall: fc.constantFrom("correct" as const, "incorrect" as const, undefined),
      findings: findings.map((list) =>
        list.map(({ severity, anchor }) => ({ ...finding(severity), anchor })),
      ),
      coverage: fc.constantFrom("complete" as const, "partial" as const, "none" as const).map(coverage),
      treeChanged: fc.boolean(),
      rehearsal: fc.boolean(),
    });
    fc.assert(
      fc.property(grounds, (given) => {
        const { verdict, reason } = decideVerdict(given);
        const blocking = given.findings.filter(
          ({ severity, anchor }) => anchor !== "missing" && ["critical", "high", "medium"].includes(severity),
        );
        const mayPass =
          given.overall === "correct" &&
          blocking.length === 0 &&
          given.coverage.status === "complete" &&
          !given.treeChanged &&
          !given.rehearsal;
        expect(verdict === "pass").toBe(mayPass);
        expect(reason !== undefined).toBe(verdict === "none");
        if (verdict === "fail") {
          expect(blocking.some(({ severity }) => severity !== "medium")).toBe(true);
          expect(given.overall).toBe("incorrect");
        }
      }),
      fc.cases(1_000),
    );
  },
);

function coverage(status: Coverage["status"]): Coverage {
  return { status, basis: "codex", examined: status === "none" ? [] : ["a.ts"], omitted: [] };
}

function finding(severity: Severity): Finding {
  return { id: "0123456789ab", severity, title: "A fault", anchor: "exact", proof: "claim" };
}

function moved(severity: Severity): Finding {
  return { ...finding(severity), anchor: "moved" };
}

function missing(severity: Severity): Finding {
  return { ...finding(severity), anchor: "missing" };
}
