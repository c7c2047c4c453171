import { renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { gatePlaces } from "../../src/jobs/gate/gate-places.ts";
import { readGateState } from "../../src/jobs/gate/gate-state.ts";
import { hang } from "../../src/rehearsal/faults.ts";
import { message } from "../../src/rehearsal/replies.ts";
import type { Reply } from "../../src/rehearsal/reply.ts";
import { codexBinary } from "../rehearsal/codex-exec.ts";
import type { CliWorld } from "../support/cli-world.ts";
import { makeHome } from "../support/homes.ts";
import { kill } from "../support/kill.ts";
import { verifies } from "../support/requirements.ts";
import { answered } from "../support/structured-answer.ts";
import type { ClaudeEvent } from "./support/claude-process.ts";
import { withEachClient } from "./support/clients.ts";
import { startGatedClaude, writes } from "./support/gated-claude.ts";
import { says } from "./support/messages-reply.ts";

/** One prompt after which the gate has something to judge. */
interface Row {
  readonly name: string;
  /** What Claude Code makes of the file. */
  readonly content: string;
  /** Lines of the user file. */
  readonly settings?: readonly string[];
  readonly before?: () => void;
  /** What Codex's model does; absent: no review begins. */
  readonly codex?: () => Reply | Promise<Reply>;
  readonly after?: () => void;
  /** The kind of error for which the stop passes unreviewed. */
  readonly fails?: string;
}

/** What the person is told. */
function noticeOf({ codex, fails }: Row): RegExp | undefined {
  if (fails === undefined) {
    return codex === undefined ? undefined : /^Codex's review gate: nothing that has to be mended \(/;
  }
  return new RegExp(
    `^Codex's review gate could not run, so this stop was not reviewed \\(${fails}\\): .*/codex:gate off`,
  );
}

/** Ends a process of the run that is under way. */
async function killed(pidOf: () => number | undefined): Promise<Reply> {
  // The record tells of it a moment after the model may have been asked.
  await vi.waitFor(() => expect(pidOf()).toBeDefined());
  kill(pidOf());
  return hang();
}

withEachClient((client) => {
  // One session for all rows, since each session of its own costs a second. What quota, bad output, a missing login, rounds and the
  // same files after a block come to stands in gate.test.ts.
  verifies("gate.e2e.ends", "every prompt ends, whatever breaks while the gate looks at it", async () => {
    const codex = join(makeHome("codex-program"), "codex");
    symlinkSync(codexBinary(), codex);
    let play: () => Reply | Promise<Reply> = hang;
    const { tandem, configure, host, print, endpoint } = await startGatedClaude({
      client,
      codex: () => play(),
      environment: { TANDEM_CODEX: codex },
      script: [
        {
          when: "please write",
          reply: ({ newest }) => writes(`${/please write (\w+)/.exec(newest)?.[1]}\\n`),
        },
        { when: "written", reply: says("Written.") },
      ],
    });
    const running = () => tandem.records().at(-1);
    const objects = join(tandem.workspace, ".git", "objects");
    const allows = () => message(answered());
    const rows: readonly Row[] = [
      {
        name: "no Codex",
        content: "one",
        before: () => rmSync(codex),
        after: () => symlinkSync(codexBinary(), codex),
        fails: "codex_not_installed",
      },
      {
        name: "a repository that git cannot read",
        content: "two",
        before: () => renameSync(objects, `${objects}-away`),
        after: () => renameSync(`${objects}-away`, objects),
        fails: "not_a_git_repo",
      },
      {
        name: "a Codex that is killed",
        content: "three",
        codex: () => killed(() => running()?.child?.pid),
        fails: "protocol",
      },
      {
        name: "a run that is killed",
        content: "four",
        codex: () => killed(() => running()?.owner?.pid),
        fails: "broker_lost",
      },
      {
        name: "a Codex that never answers",
        content: "five",
        settings: ['timeout_gate = "4s"'],
        codex: hang,
        fails: "timeout",
      },
      { name: "a change", content: "six", codex: allows },
      { name: "another change", content: "seven", codex: allows },
      { name: "files that have passed before", content: "six" },
      {
        name: "a session whose tokens are spent",
        content: "eight",
        settings: ["gate_session_tokens = 1"],
        fails: "budget_exceeded",
      },
    ];
    await tandem.run(["gate", "on"]);
    const { ask, end, events } = await host();
    for (const row of rows) {
      const { name, content, settings = [], before, codex: model, after, fails } = row;
      configure(...settings);
      before?.();
      if (model !== undefined) play = model;
      const [pastEvents, pastJobs] = [events.items.length, tandem.records().length];
      const { subtype, result } = await ask(`please write ${content}`);
      after?.();
      expect([name, subtype, result]).toEqual([name, "success", "Written."]);
      const jobs = tandem.records().slice(pastJobs);
      const reviews = jobs.map(({ status, error }) => error?.kind ?? status);
      expect([name, reviews]).toEqual([name, model === undefined ? [] : [fails ?? "succeeded"]]);
      if (fails !== undefined) expect(lastStopOf(tandem)).toMatch(new RegExp(`^could-not-run ${fails}:`));
      // The oldest client shows it in its terminal alone.
      if (client.name !== "newest") continue;
      const notice = noticeOf(row);
      const told = noticesIn(events.items.slice(pastEvents));
      expect([name, told]).toEqual([name, notice === undefined ? [] : [expect.stringMatching(notice)]]);
    }
    expect(await end()).toMatchObject({ exitCode: 0, signal: null });
    // Nobody was sent back: the model was asked twice for each prompt.
    expect(endpoint.requests).toHaveLength(2 * rows.length);

    // And without a host: `claude -p` leaves by itself.
    configure();
    rmSync(codex);
    const { exitCode, result } = await print("please write nine");
    expect({ exitCode, result }).toEqual({ exitCode: 0, result: "Written." });
    await vi.waitFor(() => expect(tandem.processes()).toEqual([]));
  });
});

/** What a person is told at stops, in the order in which it was said. */
function noticesIn(events: readonly ClaudeEvent[]): readonly string[] {
  const said = /"Stop says: ((?:[^"\\]|\\.)*)"/g;
  return events.flatMap((event) =>
    [...JSON.stringify(event).matchAll(said)].map(([, text]) => String(JSON.parse(`"${text}"`))),
  );
}

/** What came of the last stop, as `tandem gate` tells it. */
function lastStopOf({ stateRoot, workspace }: CliWorld): string {
  const read = readGateState(gatePlaces(stateRoot, workspace));
  const last = read.found === "state" ? read.state.lastStop : undefined;
  return `${last?.outcome} ${last?.detail}`;
}
