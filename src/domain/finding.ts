import { createHash } from "node:crypto";

/** From the gravest to the lightest. */
export const severities = ["critical", "high", "medium", "low", "nit"] as const;
export type Severity = (typeof severities)[number];

export type FindingCategory = "fact" | "inference" | "question";

/** Whether the finding points at something in the reviewed files: see `Finding.anchor`. */
export type Anchor = "exact" | "moved" | "missing";

/** How far a finding is backed: by a repeatable check, by something seen in the run's events, or by the model's word alone. */
export type Proof = "proven" | "witnessed" | "claim";

/** One point of a review. Absent fields were not said by the model; they are never filled in by us. */
export interface Finding {
  readonly id: string;
  readonly severity: Severity;
  readonly category?: FindingCategory;
  readonly title: string;
  /** Relative to the work tree's root where it lies inside; else as the model gave it. */
  readonly file?: string;
  /** First line, counted from 1. */
  readonly lineStart?: number;
  readonly lineEnd?: number;
  readonly quote?: string;
  /** What the model says of the point, as given. */
  readonly body?: string;
  readonly failurePath?: string;
  readonly risk?: string;
  readonly recommendation?: string;
  /** 0 to 1. */
  readonly confidence?: number;
  /** `missing` findings are kept and shown, and can never block. */
  readonly anchor: Anchor;
  readonly proof: Proof;
}

/** True when `severity` is as grave as `threshold` or graver. */
export function isAtLeast(severity: Severity, threshold: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(threshold);
}

/** Stable over rounds: the same point in the same place keeps its id when line numbers move or case and spacing change. */
export function findingId(parts: { file?: string; quote?: string; title: string }): string {
  const quote = (parts.quote ?? "").replace(/\s+/g, " ").trim();
  const words = parts.title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const text = [parts.file ?? "", quote, words.join(" ")].join("\n");
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
