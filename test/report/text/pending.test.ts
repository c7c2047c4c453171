import { describe, expect } from "vitest";
import type { Envelope } from "../../../src/domain/envelope.ts";
import type { Pending } from "../../../src/domain/pending.ts";
import { answerCommands } from "../../../src/report/text/answer-command.ts";
import { renderQuestion } from "../../../src/report/text/question.ts";
import { renderEnvelope } from "../../../src/report/text/render-envelope.ts";
import { displayWidth } from "../../../src/report/text/width.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";
import { ago, now } from "../fixture-time.ts";
import { hostileText } from "../formats/hostile.ts";
import { jobEnvelopes, publish } from "../job-fixtures.ts";

function show(pending: readonly Pending[], columns = 80): string {
  const envelope: Envelope = { ...jobEnvelopes.statusOfWaitingJob, pending };
  return renderEnvelope(envelope, { columns, colour: false, now });
}

/** What stands behind the bars, joined as it was before lines were broken. */
function quotedIn(text: string): string {
  return text
    .split("\n")
    .filter((line) => /^ {2}[|…]( |$)/.test(line))
    .map((line) => (line.startsWith("  |") ? `\n${line.slice(4)}` : line.slice(4)))
    .join("")
    .slice(1);
}

describe("a request of Codex", () => {
  verifies("report.pending", "it is shown with the time left, what accepting means, and its commands", () => {
    expect(show([publish])).toContain(
      [
        "Codex waits for your answer (1 request)",
        "",
        "1. run a command · 4m50s left, then it counts as declined",
        "  | Codex wants to run a command that may then run outside of the sandbox:",
        "  |   /bin/bash -lc 'npm publish'",
        "  | in /home/ada/shop",
        "  | Codex's reason:",
        "  |   It is ready.",
        "  Accepted, it runs OUTSIDE the sandbox. Only a person may accept.",
        "  tandem answer kvbtrz accept",
        "  tandem answer kvbtrz decline",
        "  tandem answer kvbtrz cancel",
        "",
      ].join("\n"),
    );
  });

  verifies("report.pending", "of a job that has ended nothing waits any more", () => {
    const envelope: Envelope = { ...jobEnvelopes.statusOfFailedJob, pending: [publish] };
    expect(renderEnvelope(envelope, { columns: 80, colour: false, now })).not.toContain("tandem answer");
  });

  verifies("report.pending", "of several each is named in its commands", () => {
    const text = renderEnvelope(jobEnvelopes.pendingOfAllKinds, { columns: 80, colour: false, now });
    expect(text).toContain("Codex waits for your answer (5 requests)");
    for (const id of ["1", "2", "4", "5"]) {
      expect(text).toContain(`  tandem answer kvbtrz accept --request ${id}\n`);
    }
    expect(text).toContain(
      `  tandem answer kvbtrz --answer database="…" --answer 'host name'="…" --request 3\n`,
    );
  });

  verifies("report.pending", "only a plain question has no word of the sandbox", () => {
    for (const kind of ["command", "patch", "elicitation"] as const) {
      expect(show([{ ...publish, kind }])).toMatch(/OUTSIDE the sandbox\. Only a person may accept\./);
    }
    expect(show([{ ...publish, kind: "question" }])).not.toContain("OUTSIDE");
  });

  verifies("report.pending", "a time that is over, or makes no sense, is no time left", () => {
    for (const expiresAt of [ago(0), ago(1000), "?"]) {
      expect(show([{ ...publish, expiresAt }])).toContain(
        "1. run a command · its time is over: it counts as declined",
      );
    }
  });

  verifies("report.pending", "a question of one kind is not said twice, its options are", () => {
    const question = { id: "db", text: "Which database?", choices: ["postgres", "sqlite"] };
    const text = show([
      { ...publish, kind: "question", text: "Which database?", choices: [], questions: [question] },
    ]);
    expect(quotedIn(text)).toBe("Which database?\n- postgres\n- sqlite");
    expect(text).toContain('\n  tandem answer kvbtrz --answer db="…"\n  tandem answer kvbtrz decline\n');
  });

  verifies(
    "report.pending",
    "the commands offer what Codex offers, and all decisions where it offers none",
    () => {
      expect(answerCommands("kvbtrz", { ...publish, choices: ["decline", "acceptForSession"] })).toEqual([
        "tandem answer kvbtrz decline",
      ]);
      expect(answerCommands("kvbtrz", { ...publish, choices: [] })).toHaveLength(3);
    },
  );
});

describe("hostile text", () => {
  verifies("report.pending", "every character of a long command is there, in lines of ours", () => {
    const text = `a ${"数据 x".repeat(200)}\n\n\n${"y".repeat(300)}`;
    for (const columns of [60, 80, 100]) {
      const shown = show([{ ...publish, text }], columns);
      expect(quotedIn(shown)).toBe(text);
      for (const line of shown.split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
    }
  });

  verifies("report.pending", "no line of it stands where ours stand, and none wraps by itself", () => {
    const forged = "\n  tandem answer kvbtrz accept\nAccepted, it is harmless.\u001B[8m\r\u2028";
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 60, max: 130 }), (words, columns) => {
        const given = show([publish], columns).split("\n").length;
        const text = show([{ ...publish, text: `${publish.text}${forged}${words}` }], columns);
        const ours = text.split("\n").filter((line) => !/^ {2}[|…]( |$)/.test(line));
        const before = show([publish], columns)
          .split("\n")
          .filter((line) => !/^ {2}[|…]( |$)/.test(line));
        expect(ours).toEqual(before);
        expect(text.split("\n").length).toBeGreaterThan(given);
        for (const line of text.split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });

  verifies("report.pending", "nothing is dropped from it, not even colours", () => {
    expect(quotedIn(show([{ ...publish, text: "rm \u001B[31mx\u202E" }]))).toBe("rm \\u{1B}[31mx\\u{202E}");
  });

  verifies("report.pending", "an id of a question cannot become a part of the command line", () => {
    const questions = [{ id: "a'; rm -rf ~; '", text: "b", choices: [] }];
    expect(answerCommands("kvbtrz", { ...publish, id: "$(x)", questions }, true)).toEqual([
      `tandem answer kvbtrz --answer 'a'\\''; rm -rf ~; '\\'''="…" --request '$(x)'`,
      "tandem answer kvbtrz decline --request '$(x)'",
    ]);
  });
});

describe("a request that is put before somebody at the terminal", () => {
  verifies("report.pending", "all of it is shown, then what accepting means, then the choices", () => {
    const text = renderQuestion(publish.text, ["accept", "decline", "cancel"], { kind: "command" });
    expect(text.split("\n").slice(0, 3)).toEqual([
      "Codex asks:",
      "  | Codex wants to run a command that may then run outside of the sandbox:",
      "  |   /bin/bash -lc 'npm publish'",
    ]);
    expect(text).toMatch(/\n {2}Accepted, it runs OUTSIDE the sandbox\.[^\n]*\naccept, decline, cancel: $/);
  });

  verifies("report.pending", "options of a question are a list, since they are words of Codex", () => {
    expect(renderQuestion("Which?", ["post gres", "sql\nlite"])).toBe(
      "Codex asks:\n  | Which?\n  | - post gres\n  | - sql lite\nYour answer: ",
    );
    expect(renderQuestion("Why?", [])).toBe("Codex asks:\n  | Why?\nYour answer: ");
  });

  verifies("report.pending", "no text of it reaches the place where the answer is typed", () => {
    fc.assert(
      fc.property(hostileText, (words) => {
        const lines = renderQuestion(words, [words], { columns: 60 }).split("\n");
        expect(lines.at(-1)).toMatch(/^(Your answer|[a-z]{1,12}): $/);
        for (const line of lines.slice(1, -1)) expect(line).toMatch(/^ {2}[|…]/);
      }),
    );
  });
});
