import type { Finding } from "../../../domain/finding.ts";
import { formatLocation } from "../../text/findings.ts";
import { byGravity, factsOf, pointsOf, titleOf } from "../finding-text.ts";
import { codeBlock, codeSpan, escapeInline, neutraliseLine, neutraliseMarkdown } from "./neutralise.ts";

/** All findings, the gravest first, numbered as in the text for terminals. */
export function renderFindings(findings: readonly Finding[]): readonly string[] {
  return byGravity(findings).flatMap((finding, index) => [
    `### ${index + 1}. ${finding.severity}: ${escapeInline(titleOf(finding))}`,
    [placeOf(finding), ...factsOf(finding)].join(" · "),
    ...renderPoints(finding),
  ]);
}

/** What a finding says: its text, the quoted lines, and the named points. */
export function renderPoints(finding: Finding): readonly string[] {
  const { quote = "" } = finding;
  const points = pointsOf(finding);
  const body = points.filter(({ label }) => label === "").map(({ text }) => neutraliseMarkdown(text));
  const named = points.filter(({ label }) => label !== "");
  return [...body, ...(quote.trim() === "" ? [] : [codeBlock(quote)]), ...named.map(renderPoint)];
}

/** Several lines stand below their label: only at the left margin is a fence what it seems. */
function renderPoint({ label, text }: { readonly label: string; readonly text: string }): string {
  return text.includes("\n")
    ? `**${label}**\n\n${neutraliseMarkdown(text)}`
    : `**${label}** ${neutraliseLine(text)}`;
}

function placeOf(finding: Finding): string {
  const place = formatLocation(finding);
  return place === undefined ? "no file named" : codeSpan(place);
}
