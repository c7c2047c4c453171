import type { Severity } from "../domain/finding.ts";
import { type DiffLine, readDiff } from "./unified-diff.ts";

/** What is wrong in the demo repository's change, in the words of the scripted reviewer. */
export interface DemoFinding {
  readonly title: string;
  /** Codex's priority: 0 is the gravest, 3 the lightest. */
  readonly priority: number;
  readonly severity: Severity;
  readonly path: string;
  /** The lines that are wrong; the first one is new. */
  readonly quote: string;
  /** What a reviewer says at first; the rest is told when somebody asks for it. */
  readonly body: string;
  readonly failurePath: string;
  readonly risk: string;
  readonly recommendation: string;
  readonly confidence: number;
}

export interface LocatedFinding extends DemoFinding {
  readonly lineStart: number;
  readonly lineEnd: number;
}

export const demoFindings: readonly DemoFinding[] = [
  {
    title: "Keep the time that has not earned a whole token",
    priority: 1,
    severity: "high",
    path: "src/rate-limiter.js",
    quote: [
      "    const earned = Math.floor(elapsedSeconds * this.#refillPerSecond);",
      "    this.#tokens = Math.min(this.#capacity, this.#tokens + earned);",
      "    this.#updatedAt = now;",
    ].join("\n"),
    body: "A call that comes before a whole token is earned throws the time since the last one away.",
    failurePath:
      "With `refillPerSecond: 5` and the 100 ms of `Outbox.start()`, every flush earns `Math.floor(0.5)`, which is 0 tokens, and still moves `#updatedAt` to now. Once the first burst has emptied the bucket, no token is ever earned again.",
    risk: "Messages stay in the queue for ever and no error is seen. The tests miss it: they let 250 ms or a whole second pass between two calls.",
    recommendation:
      "Move `#updatedAt` only by the time that the earned tokens stand for, or keep fractions in `#tokens` and round down in `available`.",
    confidence: 0.95,
  },
  {
    title: "Give the interval in the README in milliseconds",
    priority: 3,
    severity: "low",
    path: "README.md",
    quote: "`outbox.start(interval)` flushes by itself every `interval` seconds, `outbox.stop()` ends that.",
    body: "The README says seconds, `start(intervalMs = 100)` takes milliseconds.",
    failurePath: "Who follows the README and calls `start(1)` flushes every millisecond.",
    risk: "A thousand times as many timer calls as intended.",
    recommendation: "Say milliseconds in the README.",
    confidence: 0.9,
  },
];

/** The findings whose lines really are in the diffs that the text holds, with their line numbers there. */
export function findingsInDiff(text: string): readonly LocatedFinding[] {
  const { lines } = readDiff(text);
  return demoFindings.flatMap((finding) => {
    const first = lines.findIndex((_line, index) => isAt(lines, index, finding));
    const start = lines[first]?.number;
    if (start === undefined) return [];
    return [{ ...finding, lineStart: start, lineEnd: start + finding.quote.split("\n").length - 1 }];
  });
}

/** The findings that an earlier review of the same conversation has named, with the places it gave. */
export function findingsInReview(text: string): readonly LocatedFinding[] {
  return demoFindings.flatMap((finding) => {
    const named = text.split("\n").find((line) => line.includes(finding.title));
    const place = named === undefined ? undefined : /:(\d+)-(\d+)\s*$/.exec(named);
    if (named === undefined) return [];
    return [{ ...finding, lineStart: Number(place?.[1] ?? 1), lineEnd: Number(place?.[2] ?? 1) }];
  });
}

function isAt(lines: readonly DiffLine[], index: number, finding: DemoFinding): boolean {
  if (lines[index]?.isAdded !== true) return false;
  return finding.quote.split("\n").every((text, offset) => {
    const line = lines[index + offset];
    return line?.path === finding.path && line.text === text;
  });
}
