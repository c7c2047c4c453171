import { redactText } from "../privacy/redact-text.ts";
import { secretFileName } from "../privacy/secret-file-name.ts";
import type { Mark } from "../privacy/span.ts";
import type { Change } from "../workspace/changes.ts";
import type { Diff } from "../workspace/diff.ts";

/** A change as it is put into a prompt, and what did not fit or must not be shown. */
export interface InlinedChange {
  readonly text: string;
  readonly shown: readonly string[];
  readonly omitted: readonly { readonly path: string; readonly reason: string }[];
  /** Secrets that were replaced, by rule. */
  readonly marks: readonly Mark[];
}

/**
 * Puts the parts of a patch together, file by file, as they were gathered within the byte budget: files whose names say that they
 * hold secrets are listed only, and secrets in the others are replaced.
 */
export async function inlineChange(diff: Diff): Promise<InlinedChange> {
  const parts: string[] = [];
  const shown: string[] = [];
  const omitted: { path: string; reason: string }[] = [];
  for (const { change, text, omitted: reason } of diff.files) {
    const { path } = change;
    const secret = secretIn(change);
    if (secret !== undefined) {
      omitted.push({ path, reason: `its name says that it holds secrets (${secret})` });
      continue;
    }
    if (reason !== undefined) omitted.push({ path, reason });
    if (text === undefined) continue;
    const part = text.toString("utf8");
    parts.push(part.endsWith("\n") ? part : `${part}\n`);
    if (reason === undefined) shown.push(path);
  }
  const redacted = await redactText(parts.join(""));
  return { text: redacted.text, shown, omitted, marks: redacted.marks };
}

/** True when a prompt could show nothing but names. */
export function showsNothing(diff: Diff): boolean {
  return diff.files.every(({ change, omitted }) => omitted !== undefined || secretIn(change) !== undefined);
}

/** What says that a changed file holds secrets: its name, or the one that it had. */
function secretIn({ path, oldPath }: Change): string | undefined {
  return secretFileName(path) ?? (oldPath === undefined ? undefined : secretFileName(oldPath));
}

/** One sentence on what was replaced; undefined when nothing was. */
export function describeMarks(marks: readonly Mark[]): string | undefined {
  if (marks.length === 0) return undefined;
  const total = marks.reduce((sum, { count }) => sum + count, 0);
  const secrets = total === 1 ? "1 secret was" : `${total} secrets were`;
  return `${secrets} replaced before sending (${marks.map(({ rule }) => rule).join(", ")}).`;
}
