import type { Envelope, Verdict } from "../../domain/envelope.ts";
import { severities } from "../../domain/finding.ts";
import { formatConfidence } from "./findings.ts";
import { formatCount } from "./format.ts";
import { type Block, labelled } from "./parts.ts";
import { oneLine } from "./sanitise.ts";
import type { TextStyle, Tone } from "./style.ts";

/** The outcome of a review in one line; `none` always comes with its reason. */
export function renderVerdict(envelope: Envelope, style: TextStyle): Block {
  const { verdict, confidence } = envelope;
  if (verdict === undefined) return [];
  const { words, tone } = appearance[verdict];
  const tail = [
    ...(verdict === "none" ? [reasonForNone(envelope)] : []),
    countFindings(envelope),
    ...(confidence === undefined || verdict === "none" ? [] : [formatConfidence(confidence)]),
  ].filter((part) => part !== "");
  return labelled(
    tail.length === 0 ? words : `${words}:`,
    tail.join(verdict === "none" ? "\n" : ", "),
    style,
    { tone },
  );
}

const appearance: Readonly<Record<Verdict, { readonly words: string; readonly tone: Tone }>> = {
  pass: { words: "No blocking findings", tone: "good" },
  concerns: { words: "Concerns", tone: "caution" },
  fail: { words: "Fail", tone: "bad" },
  none: { words: "No verdict", tone: "caution" },
};

function countFindings({ findings = [], verdict }: Envelope): string {
  const counts = severities
    .map((severity) => ({
      severity,
      count: findings.filter((finding) => finding.severity === severity).length,
    }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${severity}`);
  if (counts.length > 0) return counts.join(", ");
  return verdict === "none" ? "" : "nothing found";
}

/** Why there is no verdict: what was not examined, what went wrong, or what the summary says. */
export function reasonForNone({ error, coverage, job, run, summary }: Envelope): string {
  if (error !== undefined) return "the run failed.";
  if (coverage?.status === "partial")
    return `${formatCount(coverage.omitted.length, "path")} not examined, see below.`;
  // Without a job nobody was asked: there was nothing to review.
  if (coverage?.status === "none" && coverage.basis === "codex" && job !== undefined)
    return "Codex read none of the changed files.";
  if (coverage?.status === "none") return inOneLine(summary) ?? "nothing was examined.";
  const warnings = run?.warnings ?? [];
  const told = warnings.find(tellsNoVerdict) ?? warnings[0];
  return inOneLine(told) ?? inOneLine(summary) ?? "the review gave no valid answer.";
}

/** True for the warning that says why there is no verdict, which the verdict itself says where people read. */
export function tellsNoVerdict(warning: string): boolean {
  return warning.startsWith(noVerdict);
}

const noVerdict = "No verdict: ";

function inOneLine(text: string | undefined): string | undefined {
  const line = oneLine(
    text !== undefined && tellsNoVerdict(text) ? text.slice(noVerdict.length) : (text ?? ""),
  );
  return line === "" ? undefined : line;
}
