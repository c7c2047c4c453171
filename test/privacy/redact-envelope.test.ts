import { expect } from "vitest";
import type { Envelope } from "../../src/domain/envelope.ts";
import { redactEnvelope, redactEnvelopeText } from "../../src/privacy/redact-envelope.ts";
import { envelopes } from "../report/fixtures.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";
import { anySecret, noise } from "./secrets.ts";

const token = `ghp_${"aB3".repeat(12)}`;
const marked = "[redacted:github]";

/** Every text in a value, with the names that lead to it. */
function textsIn(value: unknown, path = ""): readonly (readonly [string, string])[] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    textsIn(inner, Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`),
  );
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((inner) => mapTexts(inner, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mapTexts(inner, change)]));
}

/** Names, ids, places and words of ours: what they say is needed exactly, or is not from outside. */
const exact = [
  "schema kind job.id job.kind job.status job.phase job.workspace job.createdAt job.startedAt job.endedAt job.askedBy job.host job.thread job.pending[].id job.pending[].kind job.pending[].expiresAt job.pending[].questions[].id job.errorKind job.expiresAt pending[].id pending[].kind pending[].expiresAt pending[].questions[].id threads[].id threads[].cwd threads[].updatedAt threads[].jobs[] readiness.brokers[].version readiness.brokers[].startedAt readiness.brokers[].state job.lastEventAt job.verdict",
  "target.scope target.base target.head target.paths[] target.label verdict",
  "findings[].id findings[].severity findings[].category findings[].file findings[].anchor findings[].proof",
  "evidence[].check evidence[].status coverage.status coverage.basis coverage.examined[]",
  "coverage.omitted[].path coverage.omitted[].reason readiness.stateRoot readiness.surface readiness.codex.path",
  "readiness.codex.version readiness.codex.range readiness.codex.testedRange readiness.login.kind",
  "readiness.login.detail readiness.problems[].kind dryRun.inputs[].path dryRun.leavesTheMachine dryRun.route",
  "dryRun.pins[].key dryRun.pins[].value dryRun.pins[].reason run.engine run.route run.model run.provider",
  "run.effort run.tier run.sandbox.requested run.sandbox.effective run.isolation run.thread run.turn",
  "run.tandem.version run.tandem.commit run.tandem.build run.tandem.root run.codex.version run.codex.path",
  "error.kind error.repair.tool",
]
  .join(" ")
  .split(" ")
  .map((name) => `.${name}`);

function isExact(path: string): boolean {
  const names = path.replace(/\[\d+\]/g, "[]");
  const own = names.replace(/^(?:\.results\[\])+/, "").replace(/^\.jobs\[\]/, ".job");
  return (
    exact.includes(own) ||
    /^\.readiness\.defaults\.|^\.error\.repair\.arguments\.|^\.patch\.|^\.artifacts\[\]/.test(own)
  );
}

verifies("privacy.envelope", "every text is either redacted or on the list of those that stay exact", () => {
  for (const [name, envelope] of Object.entries(envelopes)) {
    const planted = mapTexts(envelope, (text) => `${text} ${token}`);
    const redacted = new Map(textsIn(redactEnvelope(planted as Envelope)));
    for (const [path, text] of textsIn(envelope)) {
      expect({ name, path, text: redacted.get(path) }).toEqual({
        name,
        path,
        text: `${text} ${isExact(path) ? token : marked}`,
      });
    }
  }
});

verifies(
  "privacy.envelope",
  "an answer without secrets stays as it is, in both ways of redacting",
  async () => {
    for (const envelope of Object.values(envelopes)) {
      expect(redactEnvelope(envelope)).toEqual(envelope);
      expect(await redactEnvelopeText(envelope)).toEqual(envelope);
    }
  },
);

verifies(
  "privacy.envelope",
  "patches and artefacts stay to the byte, and the given envelope is not changed",
  () => {
    const envelope = {
      ...envelopes.consult,
      answer: `use ${token}`,
      patch: {
        path: "/patch.diff",
        sha256: token,
        bytes: 1,
        baseline: token,
        files: [],
        insertions: 0,
        deletions: 0,
        preview: token,
        isPreviewCut: false,
      },
      artifacts: [{ path: token, bytes: 1, sha256: token, mediaType: token }],
    };
    const before = structuredClone(envelope);
    const redacted = redactEnvelope(envelope);
    expect(redacted).toEqual({ ...before, answer: `use ${marked}`, raw: before.raw });
    expect(envelope).toEqual(before);
  },
);

verifies(
  "privacy.envelope",
  "no secret that the model repeats reaches the result, whatever is around it",
  async () => {
    await fc.assert(
      fc.asyncProperty(noise, anySecret, async (lead, { text, secret }) => {
        const said = `${lead} ${text} `;
        const [finding] = envelopes.reviewWithFindings.findings;
        const envelope: Envelope = {
          ...envelopes.reviewWithFindings,
          summary: said,
          answer: said,
          raw: JSON.stringify({ said }),
          questions: [said],
          findings:
            finding === undefined ? [] : [{ ...finding, title: said, quote: said, body: said, risk: said }],
          error: {
            kind: "protocol",
            message: said,
            retryable: true,
            repair: { say: said },
            details: { cause: said, list: [said], inner: { said } },
          },
        };
        const { findings = [], ...redacted } = await redactEnvelopeText(envelope);
        expect(JSON.stringify(redacted)).not.toContain(secret);
        expect(JSON.stringify(findings)).not.toContain(secret);
        expect(() => JSON.parse(redacted.raw ?? "")).not.toThrow();
      }),
      fc.cases(300),
    );
  },
);

verifies("privacy.envelope", "secretlint's kinds are redacted in a final answer", async () => {
  const figma = `figd_${"aB3".repeat(15)}`;
  const { answer } = await redactEnvelopeText({ ...envelopes.consult, answer: `use ${figma}` });
  expect(answer).toBe("use [redacted:figma]");
});
