import { expect } from "vitest";
import { z } from "zod";
import type { Envelope } from "../../../src/domain/envelope.ts";
import { ciRepositoryUri } from "../../../src/report/formats/ci-repository.ts";
import { renderSarif } from "../../../src/report/formats/sarif/render-sarif.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";
import { envelopes } from "../fixtures.ts";
import { hostileReview } from "./hostile.ts";
import { sarifLog } from "./sarif-subset.ts";

type Log = z.infer<typeof sarifLog>;

function read(envelope: Envelope, repositoryUri?: string): Log {
  const layout = { pretty: false, ...(repositoryUri === undefined ? {} : { repositoryUri }) };
  const checked = sarifLog.safeParse(JSON.parse(renderSarif(envelope, layout)));
  if (!checked.success) throw new Error(z.prettifyError(checked.error));
  return checked.data;
}

function firstRun(envelope: Envelope): Log["runs"][number] {
  const [run] = read(envelope).runs;
  if (run === undefined) throw new Error("no run");
  return run;
}

verifies("formats.sarif", "a review with findings looks like this", async () => {
  await expect(renderSarif(envelopes.reviewWithFindings, { pretty: true })).toMatchFileSnapshot(
    "snapshots/review.sarif",
  );
});

verifies("formats.sarif", "every kind of answer is valid SARIF", () => {
  for (const envelope of Object.values(envelopes)) expect(read(envelope).runs.length).toBeGreaterThan(0);
});

verifies("formats.sarif", "any text anywhere gives valid SARIF with every finding in it once", () => {
  fc.assert(
    fc.property(hostileReview, (envelope) => {
      const [run] = read(envelope, "https://example.com/ada/shop").runs;
      const unplaced = run?.invocations[0]?.toolExecutionNotifications?.filter(
        ({ descriptor }) => descriptor.id === "finding-without-place",
      );
      expect((run?.results.length ?? 0) + (unplaced?.length ?? 0)).toBe(envelope.findings?.length);
    }),
    fc.cases(500),
  );
});

verifies("formats.sarif", "findings keep their fingerprint and level whatever their order and lines", () => {
  const { findings } = envelopes.reviewWithFindings;
  const moved = findings.toReversed().map((finding) => ({ ...finding, lineStart: 7, lineEnd: 9 }));
  const facts = (envelope: Envelope) =>
    firstRun(envelope)
      .results.map(({ ruleId, level, partialFingerprints }) =>
        [partialFingerprints["codexTandemFinding/v1"], ruleId, level].join(" "),
      )
      .toSorted((one, other) => one.localeCompare(other));
  expect(facts(envelopes.reviewWithFindings)).toEqual([
    "a00000000001 low/inference note",
    "a00000000002 critical/fact error",
    "a00000000004 high/question error",
    "a00000000005 medium note",
  ]);
  expect(facts({ ...envelopes.reviewWithFindings, findings: moved })).toEqual(
    facts(envelopes.reviewWithFindings),
  );
});

verifies(
  "formats.sarif",
  "a path is a relative address from the root; one outside of the tree is only named",
  () => {
    const [finding] = envelopes.reviewWithFindings.findings;
    if (finding === undefined) throw new Error("no finding");
    const uriOf = (file: string) => {
      const { results, invocations } = firstRun({
        ...envelopes.reviewClean,
        findings: [{ ...finding, file }],
      });
      const note = invocations[0]?.toolExecutionNotifications?.[0]?.message.text ?? "";
      return results[0]?.locations[0]?.physicalLocation.artifactLocation.uri ?? note.split("\n").at(-1);
    };
    expect(uriOf("src/a b/ü#1?.ts")).toBe("src/a%20b/%C3%BC%231%3F.ts");
    expect(uriOf("a:b.ts")).toBe("a%3Ab.ts");
    expect(uriOf("/etc/passwd")).toMatch(/\(\/etc\/passwd\)$/);
    expect(uriOf("../other/a.ts")).toMatch(/\(\.\.\/other\/a\.ts\)$/);
    expect(uriOf("C:\\code\\a.ts")).toMatch(/\(C:\\code\\a\.ts\)$/);
  },
);

verifies("formats.sarif", "words of the model are neither links nor placeholders", () => {
  const [finding] = envelopes.reviewWithFindings.findings;
  if (finding === undefined) throw new Error("no finding");
  const title = "see [the fix](https://evil.example) and {0}";
  const [result] = firstRun({ ...envelopes.reviewClean, findings: [{ ...finding, title }] }).results;
  expect(result?.message.text).not.toMatch(/\]\(|\{\d/);
  expect(result?.message.text.replaceAll("\u200B", "")).toContain(`${title}.\n\n`);
});

verifies("formats.sarif", "a failed run is no successful one, and its error is told by kind", () => {
  const { invocations, results } = firstRun(envelopes.quota);
  expect(results).toEqual([]);
  expect(invocations[0]).toMatchObject({
    executionSuccessful: false,
    exitCode: 4,
    toolExecutionNotifications: [{ descriptor: { id: "quota" }, level: "error" }],
  });
});

verifies("formats.sarif", "a run that goes on, or that did not see everything, does not look clean", () => {
  expect(firstRun(envelopes.stillRunning).invocations[0]).toMatchObject({
    executionSuccessful: false,
    toolExecutionNotifications: [{ descriptor: { id: "running" } }],
  });
  const notes = firstRun(envelopes.reviewPartial).invocations[0]?.toolExecutionNotifications ?? [];
  expect(notes.map(({ descriptor }) => descriptor.id)).toEqual(["not-examined", "warning"]);
  expect(notes[0]?.message.text).toContain("src/generated/table-0.ts: over the byte cap");
  expect(firstRun(envelopes.reviewClean).invocations[0]).not.toHaveProperty("toolExecutionNotifications");
});

verifies("formats.sarif", "each result of a list is a run of its own", () => {
  expect(read(envelopes.twoResults).runs).toHaveLength(2);
});

verifies("formats.sarif", "the revision is named where the address of the repository is known", () => {
  const [run] = read(envelopes.reviewClean, "https://example.com/ada/shop").runs;
  expect(run?.versionControlProvenance).toEqual([
    { repositoryUri: "https://example.com/ada/shop", revisionId: "b" },
  ]);
  expect(firstRun(envelopes.reviewClean).properties).toMatchObject({ base: "a", head: "b" });
});

verifies(
  "formats.sarif",
  "the address of the repository comes from the CI system, without credentials",
  () => {
    const github = { GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "ada/shop" };
    expect(ciRepositoryUri(github)).toBe("https://github.com/ada/shop");
    expect(ciRepositoryUri({ CI_PROJECT_URL: "https://bot:key@gitlab.example.com/ada/shop?x=1" })).toBe(
      "https://gitlab.example.com/ada/shop",
    );
    expect(ciRepositoryUri({})).toBeUndefined();
    expect(ciRepositoryUri({ CI_PROJECT_URL: "not an address" })).toBeUndefined();
    expect(ciRepositoryUri({ CI_PROJECT_URL: "file:///etc/passwd" })).toBeUndefined();
  },
);
