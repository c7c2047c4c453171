import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, vi } from "vitest";
import { jobFiles } from "../../../src/jobs/state-paths.ts";
import { gate } from "../../../src/rehearsal/gate.ts";
import { message } from "../../../src/rehearsal/replies.ts";
import { type CliWorld, startCliWorld } from "../../support/cli-world.ts";
import { deferred } from "../../support/deferred.ts";
import { makeHome } from "../../support/homes.ts";
import { verifies } from "../../support/requirements.ts";

const soon = { timeout: 10_000, interval: 10 };

/** A broker that takes a connection and says nothing until it is closed. */
async function startSilentBroker() {
  const folder = makeHome("silent");
  chmodSync(folder, 0o700);
  writeFileSync(join(folder, "token"), "a token", { mode: 0o600 });
  const socket = join(folder, "socket");
  const connections: Socket[] = [];
  const asked = deferred();
  const server = createServer((connection) => {
    connections.push(connection);
    connection.on("error", () => undefined).once("data", () => asked.resolve());
  });
  await new Promise<void>((resolve) => {
    server.listen(socket, resolve);
  });
  chmodSync(socket, 0o600);
  const close = () => {
    server.close();
    for (const connection of connections) connection.destroy();
  };
  onTestFinished(close);
  return { socket, asked: asked.promise, close };
}

/** A command that waits for a job whose broker does not answer. */
async function startHandingOver(world: CliWorld) {
  const broker = await startSilentBroker();
  const environment = { TANDEM_DIRECT: undefined, TANDEM_BROKER: broker.socket };
  const running = world.start(["consult", "--json", "Q"], { environment });
  const id = await running.job;
  await broker.asked;
  const untilCancelled = async () =>
    vi.waitFor(() => {
      expect(existsSync(join(world.stateRoot, "jobs", id, jobFiles.cancel))).toBe(true);
    }, soon);
  return { running, id, untilCancelled, broker };
}

describe("Ctrl-C while a job is being handed over", () => {
  verifies("life.interrupt", "cancels the job, of which the command then tells the end", async () => {
    const world = await startCliWorld(() => message("Never asked."));
    const { running, id, untilCancelled, broker } = await startHandingOver(world);
    running.child.kill("SIGINT");
    await untilCancelled();
    broker.close();
    const { exitCode, envelope } = await running.ended;
    expect(exitCode).toBe(130);
    expect(envelope).toMatchObject({ error: { kind: "cancelled" }, job: { id, status: "cancelled" } });
    expect(world.model.requests).toEqual([]);
  });

  verifies("life.interrupt", "leaves at once when it comes a second time", async () => {
    const world = await startCliWorld(() => message("Never asked."));
    const { running, id, untilCancelled } = await startHandingOver(world);
    running.child.kill("SIGINT");
    await untilCancelled();
    running.child.kill("SIGINT");
    const { exitCode, envelope } = await running.ended;
    expect(exitCode).toBe(6);
    expect(envelope).toMatchObject({ kind: "wait", job: { id, phase: "cancelling" } });
    const { envelope: after } = await world.run(["status", "--json", id]);
    expect(after.job?.status).not.toBe("queued");
    expect(world.model.requests).toEqual([]);
  });

  verifies(
    "life.interrupt",
    "and SIGTERM hands the job over before the command leaves it alone",
    async () => {
      const world = await startCliWorld(() => message("Yes."));
      const { running, id, broker } = await startHandingOver(world);
      running.child.kill("SIGTERM");
      broker.close();
      expect((await running.ended).exitCode).toBe(6);
      expect(await world.run(["wait", "--json", id])).toMatchObject({
        exitCode: 0,
        envelope: { job: { id, status: "succeeded" } },
      });
    },
  );
});

verifies(
  "life.interrupt",
  "Ctrl-C leaves a job alone that an earlier command has started with the same key",
  async () => {
    const thinking = gate();
    const world = await startCliWorld(() => message("Yes.", { after: thinking }));
    const words = ["consult", "--json", "--idempotency-key", "one", "Q"];
    const first = world.start(words);
    const id = await first.job;
    await world.model.waitForRequest(1);
    const second = world.start(words);
    expect(await second.job).toBe(id);
    second.child.kill("SIGINT");
    expect((await second.ended).exitCode).toBe(6);
    thinking.open();
    const { exitCode, envelope } = await first.ended;
    expect(exitCode).toBe(0);
    expect(envelope).toMatchObject({ answer: "Yes.", job: { id, status: "succeeded" } });
  },
);
