import { expect } from "vitest";
import { z } from "zod";
import type { Envelope } from "../../../src/domain/envelope.ts";
import { renderRdjson } from "../../../src/report/formats/render-rdjson.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";
import { envelopes } from "../fixtures.ts";
import { hostileReview } from "./hostile.ts";

/** Reviewdog's DiagnosticResult, as far as we write it. */
const position = z.strictObject({ line: z.int().min(1) });
const source = z.strictObject({ name: z.literal("codex-tandem") });
const diagnostic = z.strictObject({
  message: z.string().min(1),
  location: z.strictObject({
    path: z.string(),
    range: z.strictObject({ start: position, end: position }).optional(),
  }),
  severity: z.enum(["ERROR", "WARNING", "INFO"]),
  source,
  code: z.strictObject({ value: z.string().min(1) }),
  original_output: z.string().optional(),
});
const diagnosticResult = z.strictObject({ source, diagnostics: z.array(diagnostic) });

function read(envelope: Envelope): z.infer<typeof diagnosticResult> {
  return diagnosticResult.parse(JSON.parse(renderRdjson(envelope, { pretty: false })));
}

verifies("formats.rdjson", "a review with findings looks like this", async () => {
  await expect(renderRdjson(envelopes.reviewWithFindings, { pretty: true })).toMatchFileSnapshot(
    "snapshots/review.rdjson",
  );
});

verifies("formats.rdjson", "every kind of answer can be read by reviewdog; a failure is a diagnostic", () => {
  for (const envelope of Object.values(envelopes)) read(envelope);
  expect(read(envelopes.quota).diagnostics).toMatchObject([
    { severity: "ERROR", code: { value: "quota" }, location: { path: "" } },
  ]);
});

verifies("formats.rdjson", "any text anywhere keeps the shape, one diagnostic for each finding", () => {
  fc.assert(
    fc.property(hostileReview, (envelope) => {
      const { diagnostics } = read(envelope);
      expect(diagnostics).toHaveLength(
        (envelope.findings?.length ?? 0) + (envelope.error === undefined ? 0 : 1),
      );
    }),
    fc.cases(500),
  );
});
