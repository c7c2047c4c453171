/** A secret in a text: UTF-16 positions, `end` exclusive, and the name of the rule that found it. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly rule: string;
}

/** A text without its secrets, and how many each rule has found. */
export interface Redaction {
  readonly text: string;
  readonly marks: readonly Mark[];
}

export interface Mark {
  readonly rule: string;
  readonly count: number;
}

/** What stands in place of a secret. */
export function markOf(rule: string): string {
  return `[redacted:${rule}]`;
}

/** The marks that a text has already; no rule looks into them. */
export const markPattern = /\[redacted:[a-z0-9-]{1,60}\]/g;

/**
 * Replaces each span by its mark. Overlapping spans become one, named by the one that comes first in the list; so the list is
 * sorted from the most to the least telling rule.
 */
export function replaceSpans(text: string, spans: readonly Span[]): Redaction {
  if (spans.length === 0) return { text, marks: [] };
  const merged = mergeSpans(spans);
  const pieces: string[] = [];
  let position = 0;
  for (const { start, end, rule } of merged) {
    pieces.push(text.slice(position, start), markOf(rule));
    position = end;
  }
  pieces.push(text.slice(position));
  return { text: pieces.join(""), marks: countMarks(merged.map(({ rule }) => ({ rule, count: 1 }))) };
}

/** The spans without those that are a mark or cut into one; a secret that was split by a mark goes as a whole. */
export function leaveMarks(text: string, spans: readonly Span[]): readonly Span[] {
  const marks = spans.length === 0 ? [] : findMarks(text);
  return marks.length === 0 ? spans : spans.filter((span) => !cutsIntoMark(span, marks));
}

/** The spans that touch no mark. */
export function avoidMarks(text: string, spans: readonly Span[]): readonly Span[] {
  const marks = spans.length === 0 ? [] : findMarks(text);
  return spans.filter(({ start, end }) => {
    const mark = marks[countBefore(marks, start)];
    return mark === undefined || mark.start >= end;
  });
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function findMarks(text: string): readonly Range[] {
  return [...text.matchAll(markPattern)].map(({ index, 0: mark }) => ({
    start: index,
    end: index + mark.length,
  }));
}

/** Looks at the marks at both ends of the span only, by bisection: a text can have many of both. */
function cutsIntoMark({ start, end }: Range, marks: readonly Range[]): boolean {
  const first = marks[countBefore(marks, start)];
  const last = marks[countBefore(marks, end - 1)];
  if (first !== undefined && first.start === start && first.end === end) return true;
  return [first, last].some(
    (mark) =>
      mark !== undefined && mark.start < end && mark.end > start && (mark.start < start || mark.end > end),
  );
}

/** How many marks end at or before `position`. */
function countBefore(marks: readonly Range[], position: number): number {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((marks[middle]?.end ?? 0) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Adds up marks of the same rule, in the order in which they first appear. */
export function countMarks(marks: readonly Mark[]): readonly Mark[] {
  const counts = new Map<string, number>();
  for (const { rule, count } of marks) counts.set(rule, (counts.get(rule) ?? 0) + count);
  return [...counts].map(([rule, count]) => ({ rule, count }));
}

function mergeSpans(spans: readonly Span[]): readonly Span[] {
  const ranked = spans.map((span, rank) => ({ ...span, rank })).sort((one, other) => one.start - other.start);
  const merged: (typeof ranked)[number][] = [];
  for (const span of ranked) {
    const last = merged.at(-1);
    if (last === undefined || span.start >= last.end) {
      merged.push(span);
      continue;
    }
    const { rule, rank } = span.rank < last.rank ? span : last;
    merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end), rule, rank };
  }
  return merged;
}
