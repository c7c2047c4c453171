import { chmodSync, chownSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { createRehearsalHome } from "../../../src/rehearsal/rehearsal-home.ts";
import { plantSocket, wrongGreeting } from "../../broker/support.ts";
import { echo, startBrokerWorld } from "../../support/broker-world.ts";
import { makeHome } from "../../support/homes.ts";
import { verifies } from "../../support/requirements.ts";

const isRoot = process.geteuid?.() === 0;

/** Somebody else's listener with a token of its own beside it; what it hears is noted. */
async function plant(): Promise<{ readonly socket: string; readonly heard: () => string }> {
  const folder = makeHome("planted");
  chmodSync(folder, 0o700);
  const socket = join(folder, "socket");
  const { heard } = await plantSocket(socket, wrongGreeting);
  chmodSync(socket, 0o600);
  writeFileSync(join(folder, "token"), "not the token", { mode: 0o600 });
  return { socket, heard };
}

describe("TANDEM_BROKER", () => {
  verifies("broker.named", "names a broker that is used although another would be started", async () => {
    const world = await startBrokerWorld(echo);
    await world.run(["consult", "first"]);
    const pid = world.brokerPid();
    const environment = { TANDEM_BROKER: join(world.folder(), "socket"), NO_PROXY: "example.invalid" };
    const { envelope } = await world.run(["consult", "--json", "second"], { environment });
    expect(envelope).toMatchObject({ answer: "Answer to second", job: { host: "broker" } });
    expect(world.records().map(({ owner }) => owner?.pid)).toEqual([pid, pid]);
    expect(readdirSync(join(world.stateRoot, "brokers"))).toHaveLength(1);
  });

  verifies(
    "broker.named",
    "that cannot be used starts none: the result says why and what helps",
    async () => {
      const world = await startBrokerWorld(echo);
      await world.run(["consult", "first"]);
      const socket = join(world.folder(), "socket");
      const planted = await plant();
      const stale = makeHome("stale");
      mkdirSync(join(stale, "folder"));
      symlinkSync(socket, join(stale, "link"));
      const codexHome = await createRehearsalHome(makeHome("codex"), { baseUrl: world.model.baseUrl });
      const cases: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
        [{ TANDEM_BROKER: join(stale, "missing") }, "there is no broker"],
        [{ TANDEM_BROKER: join(stale, "folder") }, "it is not a socket"],
        [{ TANDEM_BROKER: join(stale, "link") }, "it is not a socket"],
        [{ TANDEM_BROKER: planted.socket }, "does not know our token"],
        [{ TANDEM_BROKER: socket, CODEX_HOME: codexHome }, "it serves another CODEX_HOME"],
        [{ TANDEM_BROKER: socket, TANDEM_HOME: makeHome("state") }, "is not in this state folder"],
      ];
      for (const [environment, why] of cases) {
        const { envelope } = await world.run(["consult", "--json", "Q"], { environment });
        expect(envelope).toMatchObject({ ok: true, answer: "Answer to Q", job: { host: "runner" } });
        const warnings = envelope.run?.warnings.join("\n") ?? "";
        for (const part of [why, "TANDEM_BROKER", "Unset it"]) expect(warnings).toContain(part);
      }
      expect(planted.heard().match(/"method":"\w+"/g)).toEqual(['"method":"hello"']);
      expect(readdirSync(join(world.stateRoot, "brokers"))).toHaveLength(1);
    },
  );

  verifies(
    "broker.named",
    "of another user, or beside another user's token, is never spoken to",
    async () => {
      // Only root can give a file away.
      if (!isRoot) return;
      const world = await startBrokerWorld(echo);
      for (const name of ["socket", "token"]) {
        const planted = await plant();
        chownSync(join(planted.socket, "..", name), 12_345, 12_345);
        const environment = { TANDEM_BROKER: planted.socket };
        const { envelope } = await world.run(["consult", "--json", "Q"], { environment });
        expect(envelope.job?.host).toBe("runner");
        expect(envelope.run?.warnings.join("\n")).toContain("belongs to user 12345");
        expect(planted.heard()).toBe("");
      }
    },
  );

  verifies("broker.named", "that is no absolute path is refused before anything is stored", async () => {
    const world = await startBrokerWorld(echo);
    const { exitCode, envelope } = await world.run(["consult", "--json", "Q"], {
      environment: { TANDEM_BROKER: "brokers/socket" },
    });
    expect(exitCode).toBe(2);
    expect(envelope.error).toMatchObject({
      kind: "usage",
      message: expect.stringContaining("TANDEM_BROKER"),
    });
    expect(world.records()).toEqual([]);
  });
});
