import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, vi } from "vitest";
import { findBrokers } from "../../src/broker/broker-record.ts";
import { gate } from "../../src/rehearsal/gate.ts";
import { message } from "../../src/rehearsal/replies.ts";
import { asks, firstOf, when } from "../../src/rehearsal/script.ts";
import { verifies } from "../support/requirements.ts";
import { untilOver } from "../support/stored-jobs.ts";
import { withEachClient } from "./support/clients.ts";
import { calls, says } from "./support/messages-reply.ts";
import { ourServer, ourTool, startPluginWorld } from "./support/plugin-world.ts";

withEachClient((client) => {
  verifies(
    "plugin.sessions",
    "a run outlives the end of another session, /clear and its own session",
    async () => {
      const thinking = gate();
      const world = await startPluginWorld({
        client,
        codexScript: () => message("Codex says hello.", { after: thinking }),
        environment: { TANDEM_DIRECT: undefined, TANDEM_BROKER_IDLE: "1s" },
        script: [{ when: () => true, reply: says("Heard.") }],
      });
      const { stateRoot } = world.tandem;
      // The broker ends by itself once nothing runs; the test waits for that.
      onTestFinished(async () => {
        thinking.open();
        await vi.waitFor(() => expect(findBrokers(stateRoot)).toEqual([]), { timeout: 20_000, interval: 50 });
      });
      const [mine, other] = [await world.host(), await world.host()];
      await Promise.all([mine, other].map(async ({ waitForServer }) => waitForServer(ourServer)));
      const begun = String((await mine.ask("/codex:consult --background Hello?"))["result"]);
      const job = /job ([a-z]{6})/.exec(begun)?.[1] ?? "";
      expect(String((await other.ask("/codex:status"))["result"])).toContain(job);
      expect(await other.end()).toMatchObject({ exitCode: 0 });
      await mine.ask("/clear");
      expect(String((await mine.ask(`/codex:status ${job}`))["result"])).toMatch(/running|thinking/);
      expect(await mine.end()).toMatchObject({ exitCode: 0 });
      thinking.open();
      await vi.waitFor(() => expect(world.tandem.records()).toMatchObject([{ status: "succeeded" }]), {
        timeout: 20_000,
        interval: 50,
      });
      const later = await world.host();
      await later.waitForServer(ourServer);
      expect(String((await later.ask("/codex:result --show"))["result"])).toContain("Codex says hello.");
      expect(world.endpoint.requests.length).toBeLessThanOrEqual(1);
    },
  );

  verifies(
    "plugin.sessions",
    "after /clear the next prompt still tells of a job that has ended meanwhile",
    async () => {
      const world = await startPluginWorld({
        client,
        codexScript: () => message("Codex says hello."),
        settings: { permissions: { allow: [ourTool("consult")] } },
        script: [
          { when: "please ask", reply: calls(ourTool("consult"), { question: "Hello?", wait: false }) },
          { when: () => true, reply: says("Heard.") },
        ],
      });
      const { ask, waitForServer } = await world.host();
      await waitForServer(ourServer);
      await ask("/clear");
      await ask("please ask");
      await vi.waitFor(() => expect(world.tandem.records()).toMatchObject([{ status: "succeeded" }]));
      await untilOver(world.tandem);
      await ask("What now?");
      const told = world.endpoint.requests.at(-1)?.newest;
      expect(told).toContain("A Codex job of this session has ended:");
    },
  );

  verifies(
    "plugin.sessions",
    "a job that was begun before /clear is told of by the next prompt, whenever it ended, and is listed",
    async () => {
      const [early, late] = [gate(), gate()];
      const world = await startPluginWorld({
        client,
        codexScript: () =>
          firstOf(
            when(asks("early"), message("Codex says hello.", { after: early })),
            message("Codex says hello.", { after: late }),
          ),
        script: [{ when: () => true, reply: says("Heard.") }],
      });
      onTestFinished(() => {
        early.open();
        late.open();
      });
      const [mine, other] = [await world.host(), await world.host()];
      await Promise.all([mine, other].map(async ({ waitForServer }) => waitForServer(ourServer)));
      const begin = async (question: string) =>
        /job ([a-z]{6})/.exec(
          String((await mine.ask(`/codex:consult --background ${question}`))["result"]),
        )?.[1];
      const [first, second] = [await begin("early?"), await begin("late?")];
      const haveEnded = async (count: number) =>
        vi.waitFor(
          () =>
            expect(world.tandem.records().filter(({ status }) => status === "succeeded")).toHaveLength(count),
          { timeout: 20_000, interval: 50 },
        );
      const told = async ({ ask }: typeof mine) => {
        await ask("What now?");
        return world.endpoint.requests.at(-1)?.newest;
      };
      early.open();
      await haveEnded(1);
      // The other one goes on; the note comes a moment after the record.
      await vi.waitFor(() => expect(readdirSync(join(world.tandem.stateRoot, "active"))).toHaveLength(1));
      await mine.ask("/clear");
      expect(await told(mine)).toContain(`/codex:result ${first} (for a model: `);
      late.open();
      await haveEnded(2);
      await untilOver(world.tandem);
      expect(await told(other)).not.toContain("has ended");
      await mine.ask("/clear");
      const later = await told(mine);
      expect(later).toContain(`/codex:result ${second} (for a model: `);
      expect(later).not.toContain(first);
      expect((await mine.ask("/codex:status"))["result"]).toMatch(new RegExp(`${second}[^]*${first}`));
    },
  );
});
