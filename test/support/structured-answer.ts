/** A finding as the model writes it: on line 2 of a.txt. */
export function found(changes: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    title: "Two shouts",
    severity: "high",
    category: "fact",
    file: "a.txt",
    lineStart: 2,
    lineEnd: 2,
    quote: "TWO",
    failurePath: "Read it aloud.",
    risk: "Noise.",
    recommendation: "Whisper.",
    confidence: 0.8,
    ...changes,
  };
}

/** The structured answer of a reviewer that found these. */
export function answered(...findings: readonly unknown[]): string {
  const verdict = findings.length === 0 ? "approve" : "reject";
  return JSON.stringify({ verdict, summary: "So it is.", confidence: 0.7, findings, questions: [] });
}
