import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect } from "vitest";
import type { Envelope } from "../../../src/domain/envelope.ts";
import { message } from "../../../src/rehearsal/replies.ts";
import { codexBinary } from "../../rehearsal/codex-exec.ts";
import { type BrokerWorld, startBrokerWorld } from "../../support/broker-world.ts";
import { makeHome } from "../../support/homes.ts";
import { kill } from "../../support/kill.ts";
import { verifies } from "../../support/requirements.ts";

const program = fileURLToPath(new URL("../../fixtures/broken-codex.mjs", import.meta.url));

/** A world whose Codex has the fake app-server; `play` says which one the next start gets. */
async function startBrokenWorld(): Promise<BrokerWorld & { readonly play: (scenario: string) => void }> {
  const file = join(makeHome("scenario"), "scenario");
  const world = await startBrokerWorld(() => message("never asked"), {
    TANDEM_CODEX: program,
    BROKEN_CODEX_SCENARIO: file,
    BROKEN_CODEX_REAL: codexBinary(),
  });
  return { ...world, play: (scenario) => writeFileSync(file, scenario) };
}

/** What a question came to; read without the check of the envelope, since turns of the fake one have short ids. */
async function ask(world: BrokerWorld, ...words: readonly string[]): Promise<Envelope> {
  const { stdout } = await world.run(["consult", "--json", ...words]);
  return JSON.parse(stdout) as Envelope;
}

/** The app-server of the broker, as the last job recorded it. */
const serverPid = (world: BrokerWorld) => world.records().at(-1)?.child?.pid;

describe("a broker whose app-server breaks the protocol", () => {
  verifies("broker.faults", "serves the next run on it where its words can be told apart", async () => {
    const world = await startBrokenWorld();
    for (const scenario of ["wrong-ids", "duplicates", "completion-first", "noise", "huge-line"]) {
      world.play(scenario);
      for (const text of ["one", "two"]) {
        const { ok, answer } = await ask(world, text);
        expect([scenario, ok, answer]).toEqual([scenario, true, "the answer"]);
      }
      // The next scenario needs the next process.
      kill(serverPid(world));
    }
    expect(new Set(world.records().map(({ owner }) => owner?.pid)).size).toBe(1);
  });

  const ends = [
    ["no-response", "stalled"],
    ["never-closes", "quota"],
    ["exits", "protocol"],
    ["refuses-turn", "protocol"],
  ] as const;
  verifies(
    "broker.faults",
    "ends the run of one that falls silent, dies or refuses, and replaces it",
    async () => {
      // Side by side, because most of the time is patience with the silent ones.
      await Promise.all(
        ends.map(async ([scenario, kind]) => {
          const world = await startBrokenWorld();
          world.play(scenario);
          const { error } = await ask(world, "--stall", scenario === "no-response" ? "1s" : "1m", "Q");
          expect([scenario, error?.kind]).toEqual([scenario, kind]);
          // A server that refuses is in order otherwise, and stays.
          if (scenario === "refuses-turn") kill(serverPid(world));
          world.play("fine");
          const { answer } = await ask(world, "next");
          expect([scenario, answer]).toEqual([scenario, "the answer"]);
          expect(new Set(world.records().map(({ owner }) => owner?.pid)).size).toBe(1);
        }),
      );
    },
  );
});
