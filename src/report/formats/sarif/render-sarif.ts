import type { Log, Run } from "sarif";
import type { Envelope } from "../../../domain/envelope.ts";
import { type JsonLayout, printJson } from "../../json.ts";
import { byGravity, resultsOf, treePathOf } from "../finding-text.ts";
import { invocationOf } from "./invocation.ts";
import { sourceRoot } from "./location.ts";
import { plainMessage } from "./message.ts";
import { resultOf } from "./result.ts";
import { ruleSetOf } from "./rules.ts";

export interface SarifLayout extends JsonLayout {
  /** Address of the repository; without one the revisions are named in the property bag only. */
  readonly repositoryUri?: string;
}

/**
 * A result as SARIF 2.1.0 (OASIS), one run in it for each result. Findings that name no file of the work tree are notifications:
 * code scanning refuses a whole file for one result without a place.
 */
export function renderSarif(envelope: Envelope, layout: SarifLayout): string {
  const log: Log = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: resultsOf(envelope).map((result) => runOf(result, layout)),
  };
  return printJson(log, layout);
}

function runOf(envelope: Envelope, layout: SarifLayout): Run {
  const findings = byGravity(envelope.findings ?? []);
  const rules = ruleSetOf(findings);
  const placed = findings.filter((finding) => treePathOf(finding) !== undefined);
  const unplaced = findings.filter((finding) => treePathOf(finding) === undefined);
  return {
    tool: {
      driver: {
        name: "codex-tandem",
        ...(envelope.run === undefined
          ? {}
          : { version: envelope.run.tandem.version, semanticVersion: envelope.run.tandem.version }),
        rules: [...rules.descriptors],
      },
    },
    automationDetails: automationOf(envelope),
    ...provenanceOf(envelope, layout),
    originalUriBaseIds: { [sourceRoot]: { description: { text: "The root of the work tree." } } },
    invocations: [invocationOf(envelope, unplaced, rules)],
    results: placed.map((finding) => resultOf(finding, rules)),
    columnKind: "utf16CodeUnits",
    properties: factsOf(envelope),
  };
}

/** Code scanning tells series of runs apart by what is before the last slash. */
function automationOf({ kind, target, job }: Envelope): NonNullable<Run["automationDetails"]> {
  const series = ["codex-tandem", job?.kind ?? kind, ...(target === undefined ? [] : [target.scope])];
  return {
    id: `${series.join("/")}/${job?.id ?? ""}`,
    ...(target === undefined ? {} : { description: plainMessage(target.label) }),
  };
}

function provenanceOf({ target }: Envelope, { repositoryUri }: SarifLayout): Partial<Run> {
  if (repositoryUri === undefined || target?.head === undefined) return {};
  return { versionControlProvenance: [{ repositoryUri, revisionId: target.head }] };
}

function factsOf(envelope: Envelope): NonNullable<Run["properties"]> {
  const { verdict, confidence, target, coverage, run } = envelope;
  const facts = {
    verdict,
    confidence,
    base: target?.base,
    head: target?.head,
    coverage: coverage?.status,
    engine: run?.engine,
    codex: run?.codex?.version,
    model: run?.model,
    rehearsal: run?.rehearsal,
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}
