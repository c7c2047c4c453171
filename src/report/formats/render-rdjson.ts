import type { Envelope } from "../../domain/envelope.ts";
import type { Finding } from "../../domain/finding.ts";
import { type JsonLayout, printJson } from "../json.ts";
import { byGravity, levelOf, linesOf, openWords, resultsOf, titleOf, treePathOf } from "./finding-text.ts";
import { escapeInline } from "./markdown/neutralise.ts";
import { renderPoints } from "./markdown/render-findings.ts";

/**
 * The findings in reviewdog's diagnostic format (rdjson). Reviewdog posts messages as Markdown comments, so the words of the
 * model are made harmless as in our own Markdown. A run that failed, or has no result yet, is a diagnostic without a place.
 */
export function renderRdjson(envelope: Envelope, layout: JsonLayout): string {
  const results = resultsOf(envelope);
  const diagnostics = results.flatMap((result) => [
    ...failureOf(result),
    ...openOf(result),
    ...byGravity(result.findings ?? []).map(diagnosticOf),
  ]);
  return printJson({ source, diagnostics }, layout);
}

const source = { name: "codex-tandem" };
const severities = { error: "ERROR", warning: "WARNING", note: "INFO" } as const;

function diagnosticOf(finding: Finding): unknown {
  const lines = linesOf(finding);
  const path = treePathOf(finding);
  const range =
    path === undefined || lines === undefined
      ? {}
      : { range: { start: { line: lines.first }, end: { line: lines.last } } };
  const message = [`**${escapeInline(titleOf(finding))}**`, ...renderPoints(finding)].join("\n\n");
  return {
    message,
    // Reviewdog reads the location of every diagnostic, so there is always one.
    location: { path: path ?? "", ...range },
    severity: severities[levelOf(finding)],
    source,
    code: { value: [finding.severity, finding.category ?? []].flat().join("/") },
    original_output: JSON.stringify(finding),
  };
}

function failureOf({ error }: Envelope): readonly unknown[] {
  if (error === undefined) return [];
  const message = `**${error.kind}**: ${escapeInline(error.message)} ${escapeInline(error.repair.say)}`;
  return [{ message, location: { path: "" }, severity: "ERROR", source, code: { value: error.kind } }];
}

function openOf(envelope: Envelope): readonly unknown[] {
  const message = openWords(envelope);
  if (message === undefined) return [];
  return [{ message, location: { path: "" }, severity: "WARNING", source, code: { value: "running" } }];
}
