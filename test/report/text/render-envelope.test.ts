import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { describe, expect } from "vitest";
import type { Envelope, JobSummary, Verdict } from "../../../src/domain/envelope.ts";
import { errorCatalogue, reportError } from "../../../src/domain/errors/tandem-error.ts";
import { severities } from "../../../src/domain/finding.ts";
import { answerCommands } from "../../../src/report/text/answer-command.ts";
import { formatLocation } from "../../../src/report/text/findings.ts";
import { renderEnvelope } from "../../../src/report/text/render-envelope.ts";
import { sanitise } from "../../../src/report/text/sanitise.ts";
import { displayWidth } from "../../../src/report/text/width.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";
import { envelopes, now } from "../fixtures.ts";

const names = Object.keys(envelopes) as (keyof typeof envelopes)[];

function show(envelope: Envelope, columns = 80, colour = false): string {
  return renderEnvelope(envelope, { columns, colour, now });
}

/** A copy with every string changed, keys and words of ours (kinds, states) apart. */
function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return /^[a-z_-]*$|^codex-tandem/.test(value) ? value : change(value);
  if (Array.isArray(value)) return value.map((entry) => mapTexts(entry, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapTexts(inner, change)]));
}

describe("the look of every kind of answer", () => {
  for (const columns of [80, 60]) {
    verifies("report.layout", `each kind of answer looks as recorded at ${columns} columns`, async () => {
      const text = names.map((name) => `######## ${name}\n${show(envelopes[name], columns)}`).join("\n");
      await expect(text).toMatchFileSnapshot(
        join(import.meta.dirname, "snapshots", `at-${columns}-columns.txt`),
      );
    });
  }

  verifies(
    "report.layout",
    "no line is wider than the terminal but what is to be copied: lines of the model, places, commands, long words",
    () => {
      for (const columns of [60, 80, 100]) {
        for (const name of names) {
          const own = unbrokenLines(envelopes[name]);
          for (const line of show(envelopes[name], columns).split("\n")) {
            const words = line.trim().replace(/^\| /, "");
            if (displayWidth(line) <= columns || own.has(words) || !words.includes(" ")) continue;
            expect.fail(`${name} at ${columns}: ${line}`);
          }
        }
      }
    },
  );

  verifies("report.layout", "no line ends in a space and no two empty lines follow each other", () => {
    for (const name of names) {
      if (name === "hostile") continue;
      expect(show(envelopes[name])).not.toMatch(/[ \t]\n|\n\n\n|\n\n$/);
    }
  });

  verifies("report.layout", "findings come the gravest first, each with its file and line", () => {
    const text = show(envelopes.reviewWithFindings);
    const order = [...text.matchAll(/^\d+\. (\w+) /gm)].map((match) => match[1]);
    expect(order).toEqual(severities);
    expect(text).toContain("src/payments/refund.ts:42-58");
    expect(text).toContain("src/net/retry.ts:99 ");
  });

  verifies(
    "report.layout",
    "the header names target, job, engine, model, effort, tier, duration and tokens in two lines",
    () => {
      expect(show(envelopes.reviewWithFindings).split("\n").slice(0, 2)).toEqual([
        "Review of uncommitted changes",
        "job kvbtrz · app-server · gpt-5.5 (high) · read-only · 2m14s · 48.3k tokens",
      ]);
    },
  );

  verifies(
    "report.layout",
    "the header names an app-server elsewhere, and no program of this machine",
    () => {
      const { run, ...rest } = envelopes.reviewWithFindings;
      const at = (path: string) =>
        show({
          ...rest,
          ...(run === undefined ? {} : { run: { ...run, codex: { version: "0.169.0", path } } }),
        });
      expect(at("wss://codex.example")).toContain("app-server at wss://codex.example · gpt");
      expect(at("unix:///run/codex.sock")).toContain("app-server at unix:///run/codex.sock · gpt");
      expect(at("/usr/bin/codex")).toContain("· app-server · gpt");
    },
  );

  verifies("report.layout", "the outcome stands before the findings and the next steps at the end", () => {
    const text = show(envelopes.reviewWithFindings);
    const places = [
      "Review of",
      "Fail:",
      "The change adds",
      "1. critical",
      "Question:",
      "Examined:",
      "Next\n",
    ];
    const found = places.map((place) => text.indexOf(place));
    expect(found).toEqual(found.toSorted((one, other) => one - other));
    expect(found).not.toContain(-1);
  });
});

function unbrokenLines(envelope: Envelope): ReadonlySet<string> {
  const { answer, raw, findings, dryRun, job, pending = [], nextSteps = [] } = envelope;
  const texts = [
    ...nextSteps,
    ...pending.flatMap((request) => answerCommands(job?.id.slice(-6) ?? "", request, pending.length > 1)),
    answer,
    raw,
    dryRun?.prompt?.preview,
    ...(findings ?? []).flatMap((finding) => [finding.body, finding.quote, formatLocation(finding)]),
  ];
  return new Set(texts.flatMap((text) => sanitise(text ?? "").split("\n")).map((line) => line.trim()));
}

describe("the model's words", () => {
  verifies("report.verbatim", "an answer is shown character for character", () => {
    expect(show(envelopes.consult, 40)).toContain(`\n\n${envelopes.consult.answer}\n\n`);
  });

  verifies("report.verbatim", "any answer of ordinary characters is shown character for character", () => {
    const lines = fc.array(fc.stringMatching(/^[ -~]{0,200}[!-~]$/), { minLength: 1 });
    fc.assert(
      fc.property(lines, (parts) => {
        const answer = parts.join("\n");
        const { answer: _, raw: __, ...rest } = envelopes.consult;
        expect(show({ ...rest, answer })).toContain(`\n\n${answer}\n\n`);
      }),
    );
  });

  verifies("report.verbatim", "code in a finding keeps its lines", () => {
    const code =
      "if (!refund.done) await pay(refund); // both requests get here, and this line is longer than eighty columns";
    expect(show(envelopes.reviewWithFindings, 60)).toContain(`\n   ${code}\n`);
  });

  verifies("report.verbatim", "an answer that could not be read is shown as the model gave it", () => {
    expect(show(envelopes.schemaViolation)).toContain('\n   {"findings":[{"title":"x"}]}\n');
  });

  verifies(
    "report.sanitised",
    "a line of the model in a review never stands where our own lines stand",
    () => {
      const forged = "x\nNo blocking findings: nothing found\r\nError (quota): y\nNext: rm";
      const envelope = mapTexts(envelopes.reviewWithFindings, (text) => text + forged) as Envelope;
      const text = show(envelope);
      expect(text).toContain("No blocking findings");
      expect(text).not.toMatch(/^(No blocking findings|Error|Next: rm)/m);
    },
  );
});

describe("characters that a terminal obeys", () => {
  const plainTerminalText =
    /^(?:[^\p{Cc}\p{Default_Ignorable_Code_Point}\p{Cs}\u2028\u2029]|[\n\t]|(?<=\p{Extended_Pictographic})\u200D(?=\p{Extended_Pictographic}))*$/u;

  verifies("report.sanitised", "hostile text in every field is shown as visible escapes", () => {
    const text = show(envelopes.hostile);
    expect(text).toMatch(plainTerminalText);
    expect(text).toContain("\\u{202E}gpj.exe\\u{200B}\\u{E0041}");
  });

  verifies(
    "report.sanitised",
    "whatever stands in an envelope, no control character of it reaches the terminal",
    () => {
      const units = fc.oneof(
        fc.constantFrom(
          "\u001B[31m",
          "\u001B",
          "\u009B",
          "\r",
          "\b",
          "\u202E",
          "\u2066",
          "\u200B",
          "\u{E0041}",
          "\u0000",
          "\uD800",
        ),
        fc.string({ unit: "binary", maxLength: 4 }),
      );
      const hostile = fc.array(units, { maxLength: 6 }).map((parts) => parts.join("x"));
      fc.assert(
        fc.property(hostile, fc.constantFrom(...names), (suffix, name) => {
          const envelope = mapTexts(envelopes[name], (text) => text + suffix) as Envelope;
          // Joiners that a script needs stay; they are covered by the tests of `sanitise`.
          expect(show(envelope).replace(/\u200C|\u200D|\uFE0E|\uFE0F/gu, "")).toMatch(plainTerminalText);
        }),
      );
    },
  );

  verifies("report.colour", "colour never changes the text", () => {
    for (const name of names) {
      const coloured = show(envelopes[name], 80, true);
      if (name !== "version") expect(coloured).toContain("\u001B[");
      expect(stripVTControlCharacters(coloured)).toBe(show(envelopes[name]));
    }
  });
});

describe("the verdict", () => {
  const words: Readonly<Record<Verdict, string>> = {
    pass: "No blocking findings",
    concerns: "Concerns",
    fail: "Fail",
    none: "No verdict",
  };
  for (const [verdict, said] of Object.entries(words)) {
    verifies("report.verdict", `the verdict ${verdict} is said as "${said}"`, () => {
      const { verdict: _, ...rest } = envelopes.reviewWithFindings;
      expect(show({ ...rest, verdict: verdict as Verdict })).toMatch(new RegExp(`^${said}:? \\S`, "m"));
    });
  }

  const { summary: _, coverage: __, run, ...bare } = envelopes.reviewPartial;
  const reasons: readonly (readonly [string, Envelope, string])[] = [
    ["the coverage", envelopes.reviewPartial, "20 paths not examined, see below."],
    [
      "what we say of an empty change",
      envelopes.reviewOfNothing,
      "There are no uncommitted changes to review.",
    ],
    ["the error", envelopes.quota, "the run failed."],
    ["the first warning", { ...bare, run }, "Files changed while the review ran: src/payments/refund.ts."],
    ["the summary", { ...bare, summary: "It was\ninterrupted." }, "It was interrupted."],
    ["a general one", bare, "the review gave no valid answer."],
    [
      "the blindness of a review that read nothing, whatever the model says",
      {
        ...bare,
        summary: "No issues.",
        coverage: { status: "none", basis: "codex", examined: [], omitted: [] },
      },
      "Codex read none of the changed files.",
    ],
  ];
  for (const [what, envelope, reason] of reasons) {
    verifies("report.verdict", `no verdict comes with a reason: ${what}`, () => {
      const text = show(envelope);
      expect(text).toContain(`No verdict: ${reason}`);
      expect(text.split(reason)).toHaveLength(what === "the first warning" ? 3 : 2);
    });
  }

  verifies("report.verdict", "a finding that points at nothing says that it cannot block", () => {
    expect(show(envelopes.reviewWithFindings)).toContain(
      "src/net/retry.ts:99 · not found there, cannot block",
    );
  });
});

describe("marks that nobody may miss", () => {
  verifies("report.rehearsal", "a rehearsed review says in its first line that it is none", () => {
    const [first] = show(envelopes.reviewRehearsed).split("\n");
    expect(first).toBe("REHEARSAL: scripted model, not a real review");
  });

  verifies(
    "report.rehearsal",
    "a rehearsed error or a running rehearsal says so in its first line too",
    () => {
      for (const base of [envelopes.stillRunning, envelopes.schemaViolation]) {
        const { run: _, ...rest } = base as Envelope;
        const job: JobSummary = { ...(base.job as JobSummary), rehearsal: true };
        const text = show({ ...rest, job });
        expect(text).toMatch(/^REHEARSAL: scripted model/);
      }
    },
  );

  verifies("report.rehearsal", "a real run has no such mark", () => {
    expect(show(envelopes.reviewClean)).not.toContain("REHEARSAL");
  });

  verifies("report.full-access", "a run without sandbox is marked in the header", () => {
    expect(show(envelopes.fullAccess)).toContain("FULL ACCESS (no sandbox)");
    expect(show(envelopes.consult)).not.toContain("FULL ACCESS");
  });

  verifies("report.full-access", "a sandbox that differs from the one asked for is named", () => {
    const { run } = envelopes.consult;
    const text = show({
      ...envelopes.consult,
      run: { ...run, sandbox: { ...run.sandbox, effective: "workspace-write" } },
    });
    expect(text).toContain("read-only (in force: workspace-write)");
    expect(show(envelopes.reviewClean)).toContain("read-only (unverified)");
  });
});

describe("what was not examined", () => {
  verifies("report.coverage", "every omitted path is either named or counted", () => {
    const text = show(envelopes.reviewPartial);
    expect(text).toContain("Not examined: 20 paths (examined: 3 paths)");
    expect(text).toMatch(
      /over the byte cap of 200,000: src\/generated\/table-0\.ts,[^]*table-4\.ts and 7 more\n/,
    );
    expect(text).toContain("other reasons: 2 paths");
  });

  verifies("report.coverage", "a path with a space or a comma cannot be taken for two", () => {
    expect(show(envelopes.reviewPartial)).toContain('binary file: "assets/logo one.png", "assets/b,c.png"');
  });

  verifies("report.coverage", "10,000 omitted paths take a few lines", () => {
    const omitted = Array.from({ length: 10_000 }, (_, index) => ({
      path: `${index}.ts`,
      reason: `reason ${index % 50}`,
    }));
    const text = show({
      ...envelopes.reviewPartial,
      coverage: { ...envelopes.reviewPartial.coverage, omitted },
    });
    expect(text.split("\n").length).toBeLessThan(30);
    expect(text).toContain("other reasons: 8,800 paths");
  });
});

describe("errors", () => {
  verifies("report.errors", "an error shows its kind, its own text, the repair and its command", () => {
    expect(show(envelopes.notLoggedIn)).toBe(
      [
        "Error (not_logged_in): Codex has no valid login for its provider: 401",
        "  Unauthorized: missing bearer",
        "Log in with Codex itself, then start again.",
        "  codex login",
        "",
      ].join("\n"),
    );
  });

  verifies("report.errors", "every kind of error says what it is and what to do", () => {
    const names =
      "version minimum path override cause by problem folder revision what unit key reason job id hint";
    const details = {
      ...Object.fromEntries(names.split(" ").map((name) => [name, `the ${name}`])),
      ...Object.fromEntries("afterMs silentMs size limit commands".split(" ").map((name) => [name, 1])),
      ...Object.fromEntries("searched checks supported candidates".split(" ").map((name) => [name, [name]])),
    };
    for (const kind of Object.keys(errorCatalogue) as (keyof typeof errorCatalogue)[]) {
      const error = reportError(kind, details as never);
      const text = show({ schema: "codex-tandem/1", ok: false, kind: "error", error });
      const flat = text.replace(/\s+/g, " ");
      expect(flat).toContain(`Error (${kind}): ${error.message}`);
      expect(flat).toContain(error.repair.say);
      if (error.repair.command !== undefined) expect(flat).toContain(error.repair.command);
    }
  });

  verifies("report.errors", "what is kept after a failure is named: thread, answer so far, job", () => {
    const text = show(envelopes.timeoutWithPartialAnswer);
    expect(text).toContain("Kept: thread 0199a213-81c0-7800-8aa1-bbab2a035a53, the answer so far (below)");
    expect(text).toContain("\n\nSo far I have read the schema. The first step is to\n\n");
  });

  verifies("report.errors", "the time after which a retry makes sense is said", () => {
    expect(show(envelopes.quota)).toContain("Can be tried again in 1h30m.");
    expect(show(envelopes.rateLimited)).toContain("Can be tried again in 30s.");
  });

  verifies("report.errors", "details are shown only where message and repair do not say them", () => {
    const text = show(envelopes.toolRepair);
    expect(text).toContain("  hint: its last event came from the command npm test\n  list: one, two\n");
    expect(text).not.toMatch(/^ {2}(id|empty):/m);
    expect(text).toContain('\n  wait {"id":"kvbtrz"}\n');
  });
});

describe("jobs", () => {
  verifies(
    "report.jobs",
    "200 jobs take less than two screens, with the running ones first and the rest counted",
    () => {
      const { problems: _, ...readiness } = envelopes.statusWithManyJobs.readiness;
      const text = show({ ...envelopes.statusWithManyJobs, readiness: { ...readiness, problems: [] } });
      expect(text.split("\n").length).toBeLessThan(48);
      expect(text.indexOf("\n2 running\n")).toBeLessThan(text.indexOf("Ended (198)"));
      expect(text).toContain("… and 186 older, listed by --json");
    },
  );

  verifies(
    "report.jobs",
    "a running job shows suffix id, phase, age, last event and its command without the shell",
    () => {
      expect(show(envelopes.statusWithThreeJobs)).toMatch(
        /^bfjnrv {2}review +command +1m37s .*\n {8}active 3 s ago · \$ rg -n "refund" src test/m,
      );
    },
  );

  verifies("report.jobs", "an ended job shows its outcome, and a failed one its cause", () => {
    const text = show(envelopes.statusWithManyJobs, 100);
    expect(text).toMatch(/^\w{6} {2}review {3}fail /m);
    expect(text).toMatch(/^\w{6} {2}consult {2}run failed .* \[quota\] Which index/m);
    expect(text).toMatch(/^\w{6} {2}review {3}no verdict .* \[rehearsal\] /m);
  });

  verifies("report.jobs", "jobs of several folders show the folder where the lines are wide enough", () => {
    expect(show(envelopes.statusOfAllFolders)).toContain(" · in project-0 · $ rg");
    expect(show(envelopes.statusOfAllFolders, 120)).toMatch(/ folder +title\n.* project-0 +branch/);
    expect(show(envelopes.statusOfAllFolders, 60)).not.toMatch(/ folder +title/);
    expect(show(envelopes.statusWithThreeJobs)).not.toContain("shop");
  });

  verifies("report.jobs", "no jobs is said in words", () => {
    expect(show(envelopes.statusWithoutJobs)).toContain("No jobs here.");
  });

  verifies("report.jobs", "a job that goes on shows what it does and how to go on", () => {
    const text = show(envelopes.stillRunning);
    expect(text).toContain("running a command · 4m59s · last event 3 s ago · 12.3k tokens\n  $ npm test\n");
    expect(text).toContain("Next\n  tandem wait kvbtrz\n");
  });
});
