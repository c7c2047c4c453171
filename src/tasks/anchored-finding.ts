import { type Anchor, type Finding, findingId } from "../domain/finding.ts";
import { anchorOf, relativeToRoot } from "../evidence/anchor.ts";
import { anchorOfQuote, shownLines } from "../evidence/quote.ts";
import type { Diff } from "../workspace/diff.ts";
import type { FindingAnswer } from "./answer-schemas.ts";
import { present } from "./present.ts";

/** What a finding can be held against. */
export interface ReviewedText {
  readonly root: string;
  readonly diff: Diff;
  /** Files that the model was shown or read, relative to the root. */
  readonly seen: ReadonlySet<string>;
}

/** A finding as the model wrote it, checked against the reviewed text. Nothing is filled in. */
export function anchoredFinding(answer: FindingAnswer, reviewed: ReviewedText): Finding {
  const file = answer.file === null ? undefined : relativeToRoot(answer.file, reviewed.root);
  const { title, severity, category } = answer;
  return {
    id: findingId({ title, ...present("file", file), ...present("quote", answer.quote) }),
    severity,
    category,
    title,
    ...present("file", file),
    ...present("lineStart", answer.lineStart),
    ...present("lineEnd", answer.lineEnd),
    ...present("quote", answer.quote),
    ...present("failurePath", answer.failurePath),
    ...present("risk", answer.risk),
    ...present("recommendation", answer.recommendation),
    ...present("confidence", answer.confidence),
    anchor: anchorIn(reviewed, { ...answer, file }),
    proof: file !== undefined && reviewed.seen.has(file) ? "witnessed" : "claim",
  };
}

/**
 * `exact` by a quote that stands at its lines or by lines inside a changed hunk, `moved` elsewhere in a changed file, in what was
 * removed, or at the old name of a renamed one. A quote that stands nowhere in what was shown, at lines that nobody changed,
 * points at nothing.
 */
export function anchorIn({ diff }: Pick<ReviewedText, "diff">, place: AnswerPlace): Anchor {
  const { file, quote } = place;
  if (file === undefined) return "missing";
  const changed =
    diff.files.find(({ change }) => change.path === file) ??
    diff.files.find(({ change }) => change.oldPath === file);
  if (changed === undefined) return "missing";
  const isNamedAsNow = changed.change.path === file;
  const lineStart = present("lineStart", place.lineStart);
  const lines = { file, ...lineStart, ...present("lineEnd", place.lineEnd) };
  const changedLines = isNamedAsNow ? changed.changedLines : [];
  const byLines = anchorOf(lines, [{ path: file, changedLines }]);
  if (byLines === "exact" || !quote?.trim() || changed.text === undefined) return byLines;
  const patch = changed.text.toString("utf8");
  const byQuote = anchorOfQuote({ quote, ...(isNamedAsNow ? lineStart : {}) }, shownLines(patch));
  return byQuote === "missing" ? anchorOfQuote({ quote }, shownLines(patch, "old")) : byQuote;
}

interface AnswerPlace {
  readonly file: string | undefined;
  readonly lineStart?: number | null | undefined;
  readonly lineEnd?: number | null | undefined;
  readonly quote?: string | null | undefined;
}
