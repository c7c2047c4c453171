import { describe, expect } from "vitest";
import type { Envelope } from "../../../src/domain/envelope.ts";
import { outputFormats } from "../../../src/report/formats/format-names.ts";
import { renderMarkdown } from "../../../src/report/formats/markdown/render-markdown.ts";
import { renderAs } from "../../../src/report/formats/render-as.ts";
import { renderGithub } from "../../../src/report/formats/render-github.ts";
import { renderRdjson } from "../../../src/report/formats/render-rdjson.ts";
import { renderSarif } from "../../../src/report/formats/sarif/render-sarif.ts";
import { renderJson } from "../../../src/report/json.ts";
import { parseEnvelope } from "../../support/envelope-schema.ts";
import { verifies } from "../../support/requirements.ts";
import { now } from "../fixture-time.ts";
import { jobEnvelopes } from "../job-fixtures.ts";

const { statusOfAllStates, threads, waitForThree, waitStillRunning } = jobEnvelopes;
const notYet = "The job 20260304t115500123-kvbtrz is still running.";

interface SarifLog {
  readonly runs: readonly {
    readonly invocations: readonly {
      readonly executionSuccessful: boolean;
      readonly toolExecutionNotifications?: readonly { readonly message: { readonly text: string } }[];
    }[];
  }[];
}

function sarifOf(envelope: Envelope): SarifLog {
  return JSON.parse(renderSarif(envelope, { pretty: false })) as SarifLog;
}

verifies("formats.jobs", "every format says something of every answer about jobs", async () => {
  const style = { columns: 80, colour: false, pretty: false };
  for (const [name, envelope] of Object.entries(jobEnvelopes)) {
    for (const format of outputFormats) {
      expect(await renderAs(format, envelope, style), `${name} as ${format}`).toMatch(/[^\n]\n$/);
    }
  }
});

describe("jobs without a result", () => {
  verifies(
    "formats.jobs",
    "SARIF has a run for each result and one that did not succeed for each open job",
    () => {
      const successes = ({ runs }: SarifLog) =>
        runs.map(({ invocations }) => invocations.map((each) => each.executionSuccessful));
      expect(successes(sarifOf(waitForThree))).toEqual([[true], [false], [false]]);
      expect(successes(sarifOf(waitStillRunning))).toEqual([[false]]);
      expect(JSON.stringify(sarifOf(waitForThree).runs[2])).toContain(notYet);
    },
  );

  verifies("formats.jobs", "GitHub gets a warning for each, and no closing line says done", () => {
    const log = renderGithub(waitForThree);
    expect(log).toContain(`::warning title=codex-tandem%3A no result yet::${notYet}\n`);
    expect(log.trimEnd().split("\n").at(-1)).toBe("codex-tandem review: no result yet");
    expect(renderGithub(waitStillRunning)).not.toMatch(/: done$/m);
  });

  verifies("formats.jobs", "reviewdog gets a diagnostic for each", () => {
    const { diagnostics } = JSON.parse(renderRdjson(waitForThree, { pretty: false })) as {
      diagnostics: unknown[];
    };
    expect(diagnostics).toMatchObject([
      { severity: "ERROR", code: { value: "stalled" } },
      { severity: "WARNING", code: { value: "running" }, message: notYet },
    ]);
  });

  verifies("formats.jobs", "a job that has ended is told by its result alone", () => {
    expect(renderGithub(waitForThree).match(/no result yet/g)).toHaveLength(2);
    expect(sarifOf(statusOfAllStates).runs).toHaveLength(1);
  });
});

describe("Markdown", () => {
  verifies("formats.jobs", "a list of jobs is a block of code, in which nothing is active", () => {
    const text = renderMarkdown(statusOfAllStates, now);
    expect(text).toMatch(/^```\n3 wait for your answer, [^]*\n```\n$/);
    expect(text).toContain("\nffffff  task         needs you ");
  });

  verifies("formats.jobs", "several results are followed by the jobs that go on and one line for all", () => {
    const text = renderMarkdown(waitForThree, now);
    expect(text).toMatch(/^## Review of uncommitted changes\n[^]*\n---\n\n## Consult: Which index\?\n/);
    expect(text).toMatch(
      /\n---\n\n```\n1 running\n[^]*\n3 jobs: 1 fail, 1 run failed, 1 still running\n2 of 3 jobs have ended\. [^\n]*\n```\n$/,
    );
  });

  const names = [
    "cancelled",
    "steered",
    "answered",
    "jobsKept",
    "pendingOfAllKinds",
    "waitStillRunning",
  ] as const;
  verifies("formats.jobs", "what a command has done reads as on a terminal", () => {
    for (const name of names)
      expect(renderMarkdown(jobEnvelopes[name], now), name).toMatch(/^```\n[^]*\n```\n$/);
    expect(renderMarkdown(threads, now)).toContain("tandem: uncommitted changes");
    const renamed = {
      schema: "codex-tandem/1",
      ok: true,
      kind: "threads",
      summary: "It is called *x* now.",
    } as const;
    expect(renderMarkdown(renamed, now)).toBe("```\nIt is called *x* now.\n```\n");
  });

  verifies("formats.jobs", "an answer that was not taken is an error as everywhere", () => {
    expect(renderMarkdown(jobEnvelopes.answerNotTaken, now)).toContain(
      "**Error (usage):** The answer was not taken",
    );
  });
});

describe("JSON", () => {
  verifies("formats.jobs", "every answer about jobs is an envelope of the contract", () => {
    for (const [name, envelope] of Object.entries(jobEnvelopes)) {
      expect(() => parseEnvelope(renderJson(envelope, { pretty: false })), name).not.toThrow();
    }
  });

  verifies("formats.jobs", "a job's state comes before its times, a request's id before its text", () => {
    const text = renderJson(statusOfAllStates, { pretty: false });
    expect(text).toContain('"status":"queued","phase":"queued","queuePlace":12,"workspace":');
    expect(text).toContain('"pending":[{"id":"1","kind":"command","text":');
    expect(text).toMatch(/"unlisted":\{"hasOlder":true,"activeElsewhere":2\}\}\n$/);
  });
});
