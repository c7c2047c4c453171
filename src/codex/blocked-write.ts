/** What a tool's output says when the sandbox refused a write: the system's EROFS text, or Codex's own words for a patch (0.169). */
const refusals = [/Read-only file system/, /patch rejected: writing (?:is blocked|outside of the project)/];

/** True when a tool's output tells of a write that the sandbox refused. Advisory: a program may print these words for any reason. */
export function tellsOfBlockedWrite(output: string): boolean {
  return refusals.some((pattern) => pattern.test(output));
}
