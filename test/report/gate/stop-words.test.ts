import { describe, expect } from "vitest";
import { reportError } from "../../../src/domain/errors/tandem-error.ts";
import { type Finding, severities } from "../../../src/domain/finding.ts";
import {
  allowNotice,
  blockReason,
  couldNotRunNotice,
  offSwitch,
  passNotice,
  strictReason,
} from "../../../src/report/gate/stop-words.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";

const costs = { round: 1, maxRounds: 2, tokens: 12_345, maxTokens: 2_000_000 };
const job = "20260101t000000000-bcdfgh";

describe("what the gate says", () => {
  verifies(
    "gate.words",
    "when it sends back is short enough and harmless, whatever the findings hold",
    () => {
      const text = fc.oneof(
        fc.string({ unit: "binary", maxLength: 3_000 }),
        fc.constantFrom("\u001b]0;x\u0007", "\u202e", "a\n".repeat(900)),
      );
      const finding: fc.Arbitrary<Finding> = fc.record({
        id: fc.constant("1"),
        severity: fc.constantFrom(...severities),
        title: text,
        file: text,
        lineStart: fc.nat(),
        lineEnd: fc.nat(),
        quote: text,
        failurePath: text,
        recommendation: text,
        anchor: fc.constant("exact" as const),
        proof: fc.constant("claim" as const),
      });
      fc.assert(
        fc.property(fc.array(finding, { minLength: 1, maxLength: 40 }), (findings) => {
          const reason = blockReason(findings, costs, job);
          expect(reason.length).toBeLessThan(10_000);
          expect(reason).not.toMatch(/(?!\n|\t)[\p{Cc}\u202a-\u202e]/u);
          expect(reason).toContain(offSwitch);
          expect(reason).toContain("round 1 of 2, 12.3k of 2.0M tokens");
        }),
        fc.cases(60),
      );
    },
  );

  verifies("gate.words", "says how many findings had no room", () => {
    const long: Finding = {
      id: "1",
      severity: "high",
      title: "x".repeat(590),
      failurePath: "y".repeat(590),
      anchor: "exact",
      proof: "claim",
    };
    expect(
      blockReason(
        Array.from({ length: 20 }, () => long),
        costs,
        job,
      ),
    ).toMatch(/\n\(1\d more in the whole result\)\n/);
  });

  verifies("gate.words", "names the way out in everything that keeps somebody waiting", () => {
    const error = reportError("quota", { cause: "used up" });
    const said = [
      couldNotRunNotice(error),
      strictReason(error, costs),
      blockReason([], costs, job),
      passNotice("rounds-used", 2) ?? "",
    ];
    for (const text of said) expect(text).toContain(offSwitch);
  });

  verifies("gate.words", "is nothing where nothing was done", () => {
    for (const why of ["unchanged", "passed-before", "foreign-stop"] as const) {
      expect(passNotice(why, 2)).toBeUndefined();
    }
    const allowed = { lesser: 0, durationMs: 1_500, job, left: 0 };
    expect(allowNotice(allowed, costs)).toBe(
      "Codex's review gate: nothing that has to be mended (1.5 s, 12.3k of 2.0M tokens in this session). /codex:result bcdfgh",
    );
  });
});
