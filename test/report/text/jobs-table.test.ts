import { describe, expect } from "vitest";
import { commandText } from "../../../src/codex/app-server/request-text.ts";
import type { Envelope, JobSummary } from "../../../src/domain/envelope.ts";
import { jobStatuses } from "../../../src/domain/job.ts";
import type { Pending } from "../../../src/domain/pending.ts";
import { renderEnvelope } from "../../../src/report/text/render-envelope.ts";
import { displayWidth } from "../../../src/report/text/width.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";
import { ago, now } from "../fixture-time.ts";
import { hostileText } from "../formats/hostile.ts";
import { endedJob, jobEnvelopes, jobsOfAllStates, publish } from "../job-fixtures.ts";

type Request = Parameters<typeof commandText>[0];

function list(jobs: readonly JobSummary[], columns = 80, at = now, more: Partial<Envelope> = {}): string {
  const envelope: Envelope = { schema: "codex-tandem/1", ok: true, kind: "status", jobs, ...more };
  return renderEnvelope(envelope, { columns, colour: false, now: at });
}

/** The lines of one job: those that begin with its letters, and what is set in under it. */
function linesOf(text: string, letters: string): readonly string[] {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.startsWith(letters));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith("        "));
  return lines.slice(start, end);
}

function findJob(letters: string): JobSummary {
  const job = jobsOfAllStates.find(({ id }) => id.endsWith(letters));
  if (job === undefined) throw new Error(`no job ${letters}`);
  return job;
}

describe("jobs that have not ended", () => {
  const text = list(jobsOfAllStates);

  verifies("report.job-list", "a running job tells all of it in two lines of 80 columns", () => {
    expect(linesOf(text, "cccccc")).toEqual([
      "cccccc  review       command     4m00s   12.3k   uncommitted changes",
      "        active 3 s ago · claude-code via broker · $ npm test -- --run",
    ]);
  });

  verifies("report.job-list", "a queued job tells its place and who asked for it", () => {
    expect(linesOf(text, "kkkkkk")).toEqual([
      "kkkkkk  consult      queued      5m00s           Which index?",
      "        2nd in the queue · claude-code via broker",
    ]);
    const { queuePlace: _, ...unplaced } = findJob("kkkkkk");
    expect(linesOf(list([unplaced]), "kkkkkk")[1]).toContain("waits for its turn · ");
  });

  verifies("report.job-list", "silence is marked, and only silence", () => {
    expect(linesOf(text, "dddddd")[1]).toContain("quiet: last event 6 min ago · ");
    expect(text.match(/quiet/g)).toHaveLength(1);
  });

  verifies("report.job-list", "a job from which nothing has come says so", () => {
    const { lastEventAt: _, ...silent } = findJob("cccccc");
    expect(linesOf(list([silent]), "cccccc")[1]).toContain("no event yet · ");
  });

  verifies(
    "report.job-list",
    "those that wait for the reader come first, then the running ones, then the queue in its order",
    () => {
      const order = [...text.matchAll(/^([a-z]{6}) {2}\w+ +[a-z]/gm)].map((match) => match[1]);
      expect(order.slice(0, 8)).toEqual([
        "ffffff",
        "gggggg",
        "hhhhhh",
        "cccccc",
        "dddddd",
        "mmmmmm",
        "kkkkkk",
        "jjjjjj",
      ]);
      expect(text).toMatch(/^3 wait for your answer, 3 running, 2 queued$/m);
    },
  );
});

describe("jobs that wait for an answer", () => {
  function demand(pending: Partial<Pending>, columns = 80): readonly string[] {
    return linesOf(
      list([{ ...findJob("ffffff"), pending: [{ ...publish, ...pending }] }], columns),
      "ffffff",
    );
  }
  const look = "        waits for your answer: tandem status ffffff";
  const accept = "        waits for your answer: tandem answer ffffff accept";

  verifies(
    "report.job-list-demand",
    "a short command is shown whole, beside the command that accepts it",
    () => {
      expect(demand({}).slice(1)).toEqual([
        "        asks to run OUTSIDE the sandbox: npm publish (in /home/ada/shop)",
        accept,
      ]);
    },
  );

  const cases: readonly (readonly [string, Partial<Pending>, number?])[] = [
    ["is cut at the end of the line", {}, 60],
    ["has several lines", { text: publish.text.replace("publish'", "publish'\n  rm -rf /") }],
    ["comes with more rights", { text: publish.text.replace("\nin ", '\nwith more rights: {"x":1}\nin ') }],
    [
      "is about the network",
      { text: publish.text.replace(/^.*/, "Codex wants to reach a.example (http) from a command:") },
    ],
    ["has a text of another form", { text: `Note this:\n  npm publish` }],
    ["holds characters that are not shown as they are", { text: publish.text.replace("npm", "npm\u200B") }],
    ["holds runs of spaces", { text: publish.text.replace("npm ", `npm ${" ".repeat(9)}`) }],
    ["names no command", { text: publish.text.replace(/\n {2}\/bin.*/, "") }],
  ];
  for (const [what, pending, columns] of cases) {
    verifies(
      "report.job-list-demand",
      `a request that ${what} has to be looked at before it can be accepted`,
      () => {
        expect(demand(pending, columns).at(-1)).toBe(look);
      },
    );
  }

  verifies("report.job-list-demand", "several requests are counted and have to be looked at", () => {
    expect(linesOf(list(jobsOfAllStates), "gggggg").at(-1)).toBe(
      "        waits for your answer (1 of 2): tandem status gggggg",
    );
  });

  verifies("report.job-list-demand", "a job of which the request is not known says where to look", () => {
    expect(linesOf(list(jobsOfAllStates), "hhhhhh")).toEqual([
      "hhhhhh  review       needs you   4m00s   12.3k   A record of an older version",
      "        waits for your answer: tandem status hhhhhh",
    ]);
  });

  verifies("report.job-list-demand", "the text that the engine makes of a command is understood", () => {
    // Only what the text is made of.
    const request = { command: "npm publish", cwd: "/srv", reason: "x\nin /fake" } as unknown as Request;
    expect(demand({ text: commandText(request) }).slice(1)).toEqual([
      "        asks to run OUTSIDE the sandbox: npm publish (in /srv)",
      accept,
    ]);
    const forged = { command: "rm -rf x\nin /tmp", cwd: "/", reason: null } as unknown as Request;
    expect(demand({ text: commandText(forged) }).at(-1)).toBe(look);
  });

  verifies(
    "report.job-list-demand",
    "what waits is named again at the end, where a long list leaves the reader",
    () => {
      expect(list(jobsOfAllStates)).toMatch(
        /\n\nNext\n {2}tandem status ffffff\n {2}tandem status gggggg\n {2}tandem status hhhhhh\n$/,
      );
      expect(list([findJob("cccccc")])).not.toContain("Next");
      const ended = { ...endedJob("bbbbbb", "succeeded"), pending: [publish] };
      expect(list([ended])).not.toContain("Next");
    },
  );

  verifies("report.job-list-demand", "a question is put as it is", () => {
    const [, asks, waits] = demand({
      kind: "question",
      text: "Which one?",
      questions: [{ id: "q", text: "Which one?", choices: [] }],
    });
    expect([asks, waits]).toEqual(["        asks: Which one?", look]);
  });
});

describe("jobs that have ended", () => {
  verifies("report.job-list", "an ended job takes one line with its outcome, age and time", () => {
    const text = list(jobsOfAllStates);
    expect(linesOf(text, "bbbbbb")).toEqual([
      "bbbbbb  review       concerns    2m00s   2 min ago     uncommitted changes",
    ]);
    expect(linesOf(text, "nnnnnn")[0]).toMatch(/ run failed +2m00s +2 min ago +\[stalled\] /);
    expect(linesOf(text, "pppppp")[0]).toMatch(/ cancelled +2m00s +2 min ago +uncommitted/);
  });

  verifies("report.job-list", "what the list leaves out is counted, here and in other folders", () => {
    const text = list(jobsOfAllStates, 80, now, { unlisted: { hasOlder: true, activeElsewhere: 2 } });
    expect(text).toContain("\nEnded (more than 4)\n");
    expect(text).toContain("\n… and older ones\n");
    expect(text).toContain("\n2 jobs have not ended in other folders: tandem status --all\n");
    expect(list([], 80, now, { unlisted: { activeElsewhere: 1 } })).toBe(
      "No jobs here.\n1 job has not ended in other folders: tandem status --all\n",
    );
  });
});

describe("the list as a whole", () => {
  verifies(
    "report.job-list",
    "200 jobs of any kind: each is shown or counted, on less than two screens",
    () => {
      const states = fc.array(fc.constantFrom(...jobStatuses), { minLength: 200, maxLength: 200 });
      fc.assert(
        fc.property(states, (statuses) => {
          const jobs = statuses.map((status, index) =>
            status === "running" || status === "queued"
              ? { ...findJob("cccccc"), status, queuePlace: index, id: idOf(index) }
              : { ...endedJob("bbbbbb", status), id: idOf(index) },
          );
          const text = list(jobs);
          const shown = text.match(/^[b-z]{6} {2}/gm)?.length ?? 0;
          const counted = [...text.matchAll(/^… and (.*?)(?:, listed by --json)?$/gm)]
            .flatMap(([, rest = ""]) => rest.match(/\d+/g) ?? [])
            .reduce((sum, count) => sum + Number(count), 0);
          expect(shown + counted).toBe(200);
          expect(text.split("\n").length).toBeLessThan(48);
        }),
        fc.cases(50),
      );
    },
  );

  verifies("report.job-list", "a minute or an hour later every column stands where it stood", () => {
    const starts = (text: string): readonly number[] =>
      text.split("\n").flatMap((line) => {
        const title = /(uncommitted|Fix the|Which index|Publish|Clean|A record|branch topic|\[)/.exec(line);
        return /^[b-z]{6} /.test(line) && title !== null ? [title.index] : [];
      });
    const before = starts(list(jobsOfAllStates));
    expect(before).toHaveLength(jobsOfAllStates.length);
    for (const seconds of [7, 60, 600, 3600, 40_000]) {
      const later = new Date(now.getTime() + seconds * 1000);
      expect(starts(list(jobsOfAllStates, 80, later))).toEqual(before);
    }
  });

  verifies("report.job-list", "kind and state stand in the same columns for all jobs", () => {
    const headings = list(jobsOfAllStates).match(/^job .*$/gm) ?? [];
    expect(headings.map((line) => line.slice(0, "job     kind         ".length))).toEqual([
      "job     kind         ",
      "job     kind         ",
    ]);
    expect(headings.map((line) => line.search(/state|outcome/))).toEqual([21, 21]);
  });

  verifies("report.job-list", "no line is wider than the terminal whatever the jobs are called", () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 62, max: 200 }), (words, columns) => {
        const jobs = jobsOfAllStates.map((job) => ({
          ...job,
          title: words,
          workspace: `/${words}`,
          currentCommand: words,
          ...(job.pending === undefined ? {} : { pending: [{ ...publish, text: words }] }),
        }));
        for (const line of list(jobs, columns).split("\n")) {
          expect(displayWidth(line)).toBeLessThanOrEqual(columns);
        }
      }),
    );
  });

  verifies("report.job-list", "times that make no sense break nothing", () => {
    const broken = { createdAt: "?", startedAt: "?", lastEventAt: "?", queuePlace: 0 };
    const text = list([
      { ...findJob("cccccc"), ...broken },
      { ...endedJob("bbbbbb", "failed"), ...broken, endedAt: "?" },
      { ...findJob("dddddd"), startedAt: ago(-60_000) },
    ]);
    expect(text).not.toMatch(/NaN|undefined|Invalid/);
  });
});

describe("a broker", () => {
  const text = renderEnvelope(jobEnvelopes.statusWithBrokers, { columns: 100, colour: false, now });

  verifies("report.broker", "each broker is named with its state, process, version and age", () => {
    expect(text).toContain("Broker    running (pid 4242, version 0.1.0, started 2 h ago)\n");
    expect(text).toContain(
      "          draining: ends after its jobs (pid 4100, version 0.0.9, started 1 day ago)\n",
    );
    expect(text).toContain("          SILENT: no sign of life (pid 77, version 0.1.0, started 12 s ago)\n");
    expect(text).toContain("          stale: its process is gone (pid 78, version 0.1.0)\n");
  });

  verifies("report.broker", "that none runs is said, and is no problem", () => {
    const { brokers: _, ...readiness } = jobEnvelopes.statusWithBrokers.readiness;
    const without = list([], 80, now, { readiness });
    expect(without).toMatch(/^Ready\n/);
    expect(without).toContain("Broker    none; it starts with the next job\n");
  });
});

function idOf(index: number): string {
  const letters = "bcdfghjkmn";
  const digits = String(index).padStart(6, "0");
  return `20260304t115500123-${Array.from(digits, (digit) => letters.charAt(Number(digit))).join("")}`;
}
