import { expect } from "vitest";
import {
  formatAge,
  formatBytes,
  formatCount,
  formatDuration,
  formatElapsed,
  formatTokens,
} from "../../../src/report/text/format.ts";
import { verifies } from "../../support/requirements.ts";

const now = new Date("2026-03-04T12:00:00.000Z");

function ageAfter(seconds: number): string {
  return formatAge(new Date(now.getTime() - seconds * 1000).toISOString(), now);
}

const tables: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  durations: [
    [formatDuration(0), "0 ms"],
    [formatDuration(-5), "0 ms"],
    [formatDuration(Number.NaN), "0 ms"],
    [formatDuration(850), "850 ms"],
    [formatDuration(999.4), "999 ms"],
    [formatDuration(999.6), "1.0 s"],
    [formatDuration(12_340), "12.3 s"],
    [formatDuration(59_940), "59.9 s"],
    [formatDuration(59_960), "1m00s"],
    [formatDuration(245_000), "4m05s"],
    [formatDuration(3_599_600), "1h00m"],
    [formatDuration(3_840_000), "1h04m"],
    [formatDuration(183_600_000), "2d03h"],
  ],
  "running times": [
    [formatElapsed(-1), "0s"],
    [formatElapsed(9_999), "9s"],
    [formatElapsed(83_000), "1m23s"],
    [formatElapsed(3_599_999), "59m59s"],
    [formatElapsed(3_600_000), "1h00m"],
  ],
  tokens: [
    [formatTokens(0), "0"],
    [formatTokens(1234), "1,234"],
    [formatTokens(9999), "9,999"],
    [formatTokens(12_345), "12.3k"],
    [formatTokens(999_949), "999.9k"],
    [formatTokens(999_950), "1.0M"],
    [formatTokens(1_234_567), "1.2M"],
  ],
  sizes: [
    [formatBytes(850), "850 B"],
    [formatBytes(1200), "1.2 kB"],
    [formatBytes(999_950), "1.0 MB"],
    [formatBytes(3_400_000), "3.4 MB"],
    [formatBytes(2_500_000_000), "2.5 GB"],
  ],
  ages: [
    [ageAfter(-60), "just now"],
    [ageAfter(1), "just now"],
    [ageAfter(12), "12 s ago"],
    [ageAfter(59), "59 s ago"],
    [ageAfter(60), "1 min ago"],
    [ageAfter(3 * 3600 - 1), "2 h ago"],
    [ageAfter(86_400), "1 day ago"],
    [ageAfter(86_400 * 5), "5 days ago"],
    [formatAge("not a time", now), "unknown"],
    [formatAge(undefined, now), "unknown"],
  ],
  counts: [
    [formatCount(1, "path"), "1 path"],
    [formatCount(0, "path"), "0 paths"],
    [formatCount(1200, "path"), "1,200 paths"],
  ],
};

for (const [what, rows] of Object.entries(tables)) {
  verifies("report.numbers", `${what} are short and readable at every size`, () => {
    expect(rows.map(([shown]) => shown)).toEqual(rows.map(([, wanted]) => wanted));
  });
}
