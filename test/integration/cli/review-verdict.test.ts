import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { Envelope, Verdict } from "../../../src/domain/envelope.ts";
import { usageLimitReached } from "../../../src/rehearsal/faults.ts";
import { type Gate, gate } from "../../../src/rehearsal/gate.ts";
import { command, empty, items, message, refusal } from "../../../src/rehearsal/replies.ts";
import type { Entry } from "../../../src/rehearsal/script.ts";
import { type CliResult, inTurn, startCliWorld } from "../../support/cli-world.ts";
import { verifies } from "../../support/requirements.ts";
import { reviewer, reviewerJson, type ScriptedFinding } from "../../support/reviewer.ts";

const files = {
  committed: { "a.txt": "one\n", "b.txt": "one\n" },
  changed: { "a.txt": "two\n", "b.txt": "two\n" },
};
const correct = reviewerJson("patch is correct");
const everything = ["git diff HEAD"];

/** One review whose reviewer runs the commands and then answers. */
async function review(
  commands: readonly string[],
  last: string | Entry,
  ...words: readonly string[]
): Promise<CliResult> {
  const world = await startCliWorld(() => reviewer(commands, last), files);
  return world.run(["review", "--json", ...words]);
}

function reasons({ run }: Envelope): string {
  return run?.warnings.join("\n") ?? "";
}

describe("the verdict of a review", () => {
  verifies(
    "cli.review.verdict",
    "is a pass for a whole view, a sound answer and an unchanged tree",
    async () => {
      const { envelope, exitCode } = await review(everything, correct);
      expect(envelope).toMatchObject({
        ok: true,
        verdict: "pass",
        findings: [],
        coverage: { status: "complete" },
      });
      expect(reasons(envelope)).toBe("");
      expect(exitCode).toBe(0);
    },
  );

  verifies(
    "cli.review.verdict",
    "follows the gravest anchored finding and never one that points at nothing",
    async () => {
      const cases: readonly (readonly [
        Verdict,
        "patch is correct" | "patch is incorrect",
        readonly ScriptedFinding[],
      ])[] = [
        ["fail", "patch is incorrect", [{ path: "a.txt", priority: 0 }]],
        ["fail", "patch is incorrect", [{ path: "a.txt", priority: 1 }]],
        ["concerns", "patch is incorrect", [{ path: "a.txt", priority: 2 }]],
        ["concerns", "patch is incorrect", [{ path: "gone.txt", priority: 0 }]],
        ["concerns", "patch is incorrect", []],
        ["concerns", "patch is correct", [{ path: "b.txt", priority: 1 }]],
        ["pass", "patch is correct", [{ path: "b.txt", priority: 3 }]],
        ["pass", "patch is correct", [{ path: "gone.txt", priority: 0 }]],
      ];
      const results = await inTurn(cases, 4, async ([, overall, findings]) =>
        review(everything, reviewerJson(overall, findings)),
      );
      expect(results.map(({ envelope }) => envelope.verdict)).toEqual(cases.map(([verdict]) => verdict));
    },
  );

  verifies("cli.review.verdict", "is none when an approval came before the turn failed", async () => {
    const interim = items([message(correct), command("git diff HEAD")]);
    const { envelope, exitCode } = await review([], sequenceOf(interim, usageLimitReached()));
    expect(envelope).toMatchObject({
      ok: false,
      verdict: "none",
      error: { kind: "quota" },
      job: { status: "failed" },
    });
    expect(exitCode).toBe(4);
  });

  verifies("cli.review.verdict", "is none for an answer in prose, which is kept", async () => {
    const { envelope, exitCode } = await review(everything, "Looks good to me, patch is correct!");
    expect(envelope).toMatchObject({ verdict: "none", raw: "Looks good to me, patch is correct!" });
    expect(reasons(envelope)).toContain("No verdict: ");
    expect(exitCode).toBe(0);
  });

  verifies("cli.review.verdict", "is none for an answer of almost the right shape", async () => {
    const wrong = correct.replace("overall_correctness", "overall_correct");
    expect((await review(everything, wrong)).envelope.verdict).toBe("none");
  });

  verifies(
    "cli.review.verdict",
    "is none for a refusal and for an empty answer, which are errors",
    async () => {
      const [refused, nothing] = await Promise.all([
        review(everything, refusal("No.")),
        review(everything, empty()),
      ]);
      for (const { envelope, exitCode } of [refused, nothing]) {
        expect(envelope).toMatchObject({ ok: false, verdict: "none", job: { status: "failed" } });
        expect(exitCode).toBe(4);
      }
    },
  );

  verifies("cli.review.verdict", "is none when Codex looked at nothing and approved", async () => {
    const { envelope, exitCode } = await review([], correct);
    expect(envelope).toMatchObject({ ok: true, verdict: "none", coverage: { status: "none", examined: [] } });
    expect(reasons(envelope)).toContain("Codex read none of the changed files");
    expect(exitCode).toBe(0);
  });

  verifies(
    "cli.review.fail_on",
    "does not let through what nobody judged, only what nobody blames",
    async () => {
      const failOn = ["--fail-on", "high"];
      const [unread, prose, partial, blind] = await Promise.all([
        review([], correct, ...failOn),
        review(everything, "Looks good to me!", ...failOn),
        review(["cat a.txt"], correct, ...failOn),
        review([], correct),
      ]);
      expect([unread, prose, partial, blind].map(({ exitCode }) => exitCode)).toEqual([1, 1, 0, 0]);
      for (const { envelope } of [unread, prose])
        expect(envelope).toMatchObject({ ok: true, verdict: "none" });
      expect(prose.envelope.evidence).toContainEqual(
        expect.objectContaining({ check: "answer is a review", status: "failed" }),
      );
      const world = await startCliWorld(() => message("Nobody asks me."), { committed: files.committed });
      expect((await world.run(["review", ...failOn])).exitCode).toBe(0);
    },
  );

  verifies("cli.review.verdict", "of a run that failed at once has no words that nobody said", async () => {
    const { envelope } = await review([], usageLimitReached());
    expect(envelope).toMatchObject({ verdict: "none", error: { kind: "quota" } });
    expect(JSON.stringify(envelope)).not.toContain("re-run /review");
  });

  verifies("cli.review.verdict", "is none when the commands that looked failed", async () => {
    const { envelope } = await review(["git diff HEAD; exit 3", "cat a.txt /no/such/file"], correct);
    expect(envelope).toMatchObject({ verdict: "none", coverage: { status: "none" } });
  });

  verifies(
    "cli.review.verdict",
    "is none when only a part was examined, and says which part was not",
    async () => {
      const { envelope } = await review(["cat a.txt"], correct);
      expect(envelope).toMatchObject({
        verdict: "none",
        coverage: { status: "partial", examined: ["a.txt"], omitted: [{ path: "b.txt" }] },
      });
      expect(reasons(envelope)).toContain("Not every changed file was examined");
    },
  );

  verifies("cli.review.verdict", "is none when a file changed while the reviewer was thinking", async () => {
    const thinking: Gate = gate();
    const world = await startCliWorld(
      () => reviewer(everything, message(correct, { after: thinking })),
      files,
    );
    const running = world.start(["review", "--json"]);
    await world.model.waitForRequest(2);
    await writeFile(join(world.workspace, "a.txt"), "three\n");
    thinking.open();
    const { envelope } = await running.ended;
    expect(envelope).toMatchObject({ ok: true, verdict: "none", coverage: { status: "complete" } });
    expect(reasons(envelope)).toContain("changed during the review");
    expect(envelope.evidence).toContainEqual(
      expect.objectContaining({ check: "files unchanged", status: "failed" }),
    );
  });

  verifies("cli.review.verdict", "can be a pass for files whose names git quotes", async () => {
    const changed = { "café.txt": "two\n", 'with "quotes".txt': "two\n", "two words.txt": "two\n" };
    const committed = Object.fromEntries(Object.keys(changed).map((name) => [name, "one\n"]));
    const world = await startCliWorld(() => reviewer(everything, correct), { committed, changed });
    const { envelope } = await world.run(["review", "--json"]);
    expect(envelope.coverage).toMatchObject({ status: "complete", omitted: [] });
    expect(envelope.verdict).toBe("pass");
  });
});

/** Replies one after the other, the last one again and again. */
function sequenceOf(...replies: readonly Exclude<Entry, (...parameters: never[]) => unknown>[]): Entry {
  let next = 0;
  return () => replies[Math.min(next++, replies.length - 1)];
}
