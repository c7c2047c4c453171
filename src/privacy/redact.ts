import { allRules } from "./rules/all-rules.ts";
import { countMarks, leaveMarks, type Redaction, replaceSpans, type Span } from "./span.ts";

/**
 * The text with `[redacted:rule]` in place of each secret. Never throws, takes time linear in the length, and a second call
 * changes nothing. It knows kinds of secrets, not secrets: what looks like ordinary text stays.
 */
export function redact(text: string): string {
  return redactWithMarks(text).text;
}

/** The same, and what was found. */
export function redactWithMarks(text: string): Redaction {
  let redaction: Redaction = { text, marks: [] };
  for (let round = 0; round < mostRounds; round += 1) {
    const { text: shorter, marks } = replaceSpans(redaction.text, findSecrets(redaction.text));
    if (marks.length === 0) break;
    redaction = { text: shorter, marks: countMarks([...redaction.marks, ...marks]) };
  }
  return redaction;
}

/** A mark can be the edge that a secret beside it lacked before, so text with marks is looked at again; seldom more than once. */
export const mostRounds = 5;

function findSecrets(text: string): readonly Span[] {
  const small = text.toLowerCase();
  const candidates = allRules.filter(({ hints }) => hints.some((hint) => small.includes(hint)));
  return leaveMarks(
    text,
    candidates.flatMap((rule) => rule.find(text)),
  );
}
