import { messageOf } from "../domain/errors/tandem-error.ts";
import { mostRounds, redactWithMarks } from "./redact.ts";
import { findWithSecretlint } from "./second-opinion.ts";
import { avoidMarks, countMarks, type Redaction, replaceSpans, type Span } from "./span.ts";

/** A text after both passes. */
export interface DoublyRedacted extends Redaction {
  /** Why there was no second pass, if so; the first one is done all the same. */
  readonly onlyOwnRules?: string;
}

/**
 * The text redacted by our own rules and then by secretlint's: for what is inlined into a prompt and for final answers. Never
 * rejects, and a second call changes nothing. Where both find something, our mark is the narrower one and stays. `find` is the second pass.
 */
export async function redactText(
  text: string,
  find: (text: string) => Promise<readonly Span[]> = findWithSecretlint,
): Promise<DoublyRedacted> {
  let redaction = redactWithMarks(text);
  try {
    for (let round = 0; round < mostRounds; round += 1) {
      const spans = avoidMarks(redaction.text, await find(redaction.text));
      if (spans.length === 0) break;
      const second = replaceSpans(redaction.text, spans);
      const third = redactWithMarks(second.text);
      redaction = {
        text: third.text,
        marks: countMarks([...redaction.marks, ...second.marks, ...third.marks]),
      };
    }
    return redaction;
  } catch (thrown) {
    return { ...redaction, onlyOwnRules: messageOf(thrown) };
  }
}
