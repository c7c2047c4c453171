import { expect } from "vitest";
import type { Envelope } from "../../../src/domain/envelope.ts";
import { reportError } from "../../../src/domain/errors/tandem-error.ts";
import { withNextSteps } from "../../../src/surfaces/cli/next-steps.ts";
import { envelopes } from "../../report/fixtures.ts";
import { verifies } from "../../support/requirements.ts";

const { nextSteps: _nextSteps, error: _error, ...review } = envelopes.reviewWithFindings as Envelope;

const rows: readonly (readonly [what: string, envelope: Envelope, step: RegExp | undefined])[] = [
  ["findings can be asked about", review, /^tandem reply [a-z]{6} "/],
  ["nothing follows from an answer", { ...review, findings: [] }, undefined],
  [
    "a passing fault can be tried again",
    { ...review, error: reportError("overloaded", { cause: "busy" }) },
    /^tandem retry [a-z]{6}$/,
  ],
  ["a lasting one cannot", { ...review, error: reportError("quota", { cause: "used up" }) }, undefined],
  [
    "a rehearsal leads to no real run",
    { ...review, run: { ...review.run, rehearsal: true } as never },
    undefined,
  ],
];
for (const [what, envelope, step] of rows) {
  verifies("report.layout", `next steps of a result: ${what}`, () => {
    const steps = withNextSteps(envelope).nextSteps;
    expect(steps?.length).toBe(step === undefined ? undefined : 1);
    if (step !== undefined) expect(steps?.[0]).toMatch(step);
  });
}
