import type { Envelope } from "../../../src/domain/envelope.ts";
import { type Finding, severities } from "../../../src/domain/finding.ts";
import * as fc from "../../support/property.ts";
import { envelopes } from "../fixtures.ts";

/** Pieces that mean something to one of the readers of our formats. */
export const hostilePieces = [
  "\n",
  "\r\n",
  "\r",
  "\u2028",
  "\u0085",
  "::error::pwned",
  "\n::set-env name=PATH::/tmp",
  "\n  ::add-mask::x",
  "\u00A0::stop-commands::x",
  "##[error]pwned",
  "##vso[task.setvariable]x",
  "::endgroup::",
  "%0A::error::",
  "%25",
  ",line=1",
  ":",
  ",",
  "::",
  '"',
  "\\",
  "'",
  "`",
  "```",
  "\n```\n",
  "~~~",
  "@everyone",
  "@org/team",
  "&#64;user",
  "&commat;user",
  "#12",
  "GH-12",
  "<img src=x onerror=alert(1)>",
  "<!--",
  "-->",
  "</details>",
  "![x](https://evil.example/?q=1)",
  "[x](javascript:alert(1))",
  "[click](https://evil.example)",
  "{0}",
  "\n/close\n",
  "\n---\n",
  "\n# Heading\n",
  "\n- item\n  ```\n",
  "\n    code\n",
  "> ",
  "|a|b|",
  "../",
  "C:\\",
  "%SRCROOT%",
  "\u001B[2J",
  "\u202E",
  "\uD800",
  "\u0000",
  "数据",
  "word",
] as const;

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...hostilePieces), { maxLength: 8 }).map((pieces) => pieces.join("")),
  fc.string({ unit: "binary", maxLength: 30 }),
);

const line = fc.oneof(
  fc.integer({ min: -5, max: 1_000_000 }),
  fc.constantFrom(Number.NaN, 1.5, Number.MAX_VALUE),
);

export const hostileFinding: fc.Arbitrary<Finding> = fc
  .record(
    {
      id: hostileText,
      severity: fc.constantFrom(...severities),
      category: fc.constantFrom("fact", "inference", "question"),
      title: hostileText,
      file: hostileText,
      lineStart: line,
      lineEnd: line,
      quote: hostileText,
      body: hostileText,
      failurePath: hostileText,
      risk: hostileText,
      recommendation: hostileText,
      confidence: fc.double(),
      anchor: fc.constantFrom("exact", "moved", "missing"),
      proof: fc.constantFrom("proven", "witnessed", "claim"),
    },
    { requiredKeys: ["id", "severity", "title", "anchor", "proof"] },
  )
  // A record with optional fields has the shape of a finding; TypeScript cannot tell the absent from the undefined.
  .map((finding) => finding as Finding);

/** A review whose every text is hostile. */
export const hostileReview: fc.Arbitrary<Envelope> = fc
  .tuple(fc.array(hostileFinding, { maxLength: 5 }), hostileText, hostileText, fc.boolean())
  .map(([findings, text, other, isFailed]): Envelope => {
    const { job, run } = envelopes.reviewWithFindings;
    return {
      ...envelopes.reviewWithFindings,
      findings,
      summary: text,
      answer: other,
      raw: text,
      questions: [text, other],
      nextSteps: [other],
      target: { scope: "branch", base: "a1", head: "b2", paths: [], label: text },
      job: { ...job, title: other },
      evidence: [{ check: text, status: "failed", detail: other }],
      coverage: {
        status: "partial",
        basis: "gathered",
        examined: [text],
        omitted: [{ path: other, reason: text }],
      },
      run: { ...run, warnings: [text] },
      ...(isFailed
        ? {
            ok: false,
            error: {
              kind: "protocol" as const,
              message: text,
              retryable: true,
              repair: { say: other, command: text },
            },
          }
        : {}),
    };
  });
