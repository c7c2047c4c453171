import type { PatchFile } from "../../domain/envelope.ts";
import { TandemError } from "../../domain/errors/tandem-error.ts";

const start = Buffer.from("diff --git ");
const lineStart = Buffer.from("\ndiff --git ");

/**
 * The parts of a patch that git wrote, one for each of its files. No line of a hunk or of binary data begins as a part does: the ones
 * begin with a mark, the others hold no space. A file that became a link has two parts, its end and its beginning.
 */
export function splitPatch(patch: Buffer, files: readonly PatchFile[]): readonly Buffer[] {
  const starts: number[] = patch.subarray(0, start.length).equals(start) ? [0] : [];
  for (let at = patch.indexOf(lineStart); at >= 0; at = patch.indexOf(lineStart, at + 1)) starts.push(at + 1);
  const parts = starts.map((from, index) => patch.subarray(from, starts[index + 1] ?? patch.length));
  let next = 0;
  const sections = files.map(({ status }) => {
    const count = status === "typechange" ? 2 : 1;
    const section = Buffer.concat(parts.slice(next, next + count));
    next += count;
    return section;
  });
  if (next === parts.length && sections.every(({ length }) => length > 0)) return sections;
  throw new TandemError("patch_conflict", {
    problem: `it has ${parts.length} parts where ${next} were expected; it was changed after it was stored.`,
  });
}
