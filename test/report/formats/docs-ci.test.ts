import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { ExitCode } from "../../../src/domain/exit-code.ts";
import { outputFormats } from "../../../src/report/formats/format-names.ts";
import { verifies } from "../../support/requirements.ts";

const page = readFileSync(new URL("../../../docs/ci.md", import.meta.url), "utf8");

verifies(
  "formats.choice",
  "the page on CI tells of every format and of every exit code that a review can have",
  () => {
    const rows = page.split("\n").flatMap((line) => /^\| +(?:`(\w+)`|(\d+)) /.exec(line)?.slice(1) ?? []);
    const { stillRunning: _, ...codes } = ExitCode;
    expect(rows.filter((row) => row !== undefined)).toEqual([
      ...outputFormats,
      ...Object.values(codes).map(String),
    ]);
  },
);

verifies("formats.choice", "no job in it that holds the key of Codex can write anything", () => {
  const jobs = page.split(/^ {2}(?=\w+:\n)/m).filter((part) => part.includes("CODEX_API_KEY: ${{"));
  expect(jobs.length).toBeGreaterThan(1);
  for (const job of jobs) expect(job.split("```")[0]).not.toMatch(/: write$/m);
  expect(page).toContain("persist-credentials: false");
});
