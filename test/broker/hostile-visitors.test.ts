import { readFileSync, rmSync, statSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { describe, expect, onTestFinished, vi } from "vitest";
import { connectBroker } from "../../src/broker/broker-client.ts";
import { proofOf } from "../../src/broker/challenge.ts";
import { verifies } from "../support/requirements.ts";
import { startListener } from "./support.ts";

interface Client {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  say(text: string): void;
  nextLine(): Promise<string>;
}

function visit(address: string): Client {
  const socket = connect(address);
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => undefined);
  // The end of a connection is seen only by who reads.
  socket.resume();
  const closed = new Promise<void>((resolve) => {
    socket.once("close", () => resolve());
  });
  return {
    socket,
    closed,
    say: (text) => void socket.write(text),
    nextLine: async () =>
      new Promise((resolve) => {
        socket.once("data", (chunk: Buffer) => resolve(chunk.toString("utf8")));
      }),
  };
}

const request = (id: number, method: string, params: unknown = {}) =>
  `${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`;

/** One that knows the token and speaks as it likes afterwards. */
async function trusted(place: { readonly address: string; readonly token: string }): Promise<Client> {
  const client = visit(place.address);
  const nonce = "0".repeat(32);
  client.say(request(1, "hello", { nonce }));
  const greeting = JSON.parse(await client.nextLine()) as { result: { nonce: string } };
  const proof = proofOf("client", readFileSync(place.token, "utf8"), {
    client: nonce,
    broker: greeting.result.nonce,
  });
  client.say(request(2, "authenticate", { proof }));
  await client.nextLine();
  return client;
}

describe("a visitor of the broker", () => {
  verifies("broker.hostile", "that does not prove itself is cut off in time", async () => {
    const { place } = await startListener({ greetingMs: 30 });
    const silent = visit(place.address);
    const greeted = visit(place.address);
    greeted.say(request(1, "hello", { nonce: "0".repeat(32) }));
    await Promise.all([silent.closed, greeted.closed]);
  });

  verifies("broker.hostile", "that does not prove itself counts as nobody", async () => {
    const counts: number[] = [];
    const { place } = await startListener({}, { onClients: (count) => counts.push(count) });
    const stranger = visit(place.address);
    stranger.say(request(1, "hello", { nonce: "0".repeat(32) }));
    await stranger.nextLine();
    const one = await trusted(place);
    one.socket.destroy();
    await vi.waitFor(() => expect(counts).toEqual([1, 0]));
  });

  verifies("broker.hostile", "that talks without proof is cut off after a little", async () => {
    const { place } = await startListener({ strangerBytes: 2_000, greetingMs: 3_600_000 });
    const babbler = visit(place.address);
    babbler.say("x".repeat(3_000));
    await babbler.closed;
  });

  verifies("broker.hostile", "that asks without end is cut off", async () => {
    const { place } = await startListener(
      { openRequests: 10 },
      { submit: async () => new Promise(() => undefined) },
    );
    const asking = await trusted(place);
    for (let id = 3; id < 20; id += 1) asking.say(request(id, "submit", { job: "x", environment: {} }));
    await asking.closed;
  });

  verifies("broker.hostile", "that reads nothing is cut off, and others are served meanwhile", async () => {
    const { place } = await startListener({ openRequests: 1_000_000, unreadBytes: 20_000 });
    const deaf = await trusted(place);
    deaf.socket.pause();
    const flood = setInterval(() => deaf.say(request(5, "health").repeat(200)), 1);
    onTestFinished(() => clearInterval(flood));
    const friend = await connectBroker(place, { deadlineMs: 5_000 });
    expect(await friend.request("health", {})).toMatchObject({ pid: process.pid });
    friend.close();
    await deaf.closed;
  });

  verifies("broker.hand_over", "gets its answer although the broker stops listening meanwhile", async () => {
    let accept: () => void = () => undefined;
    const { place, listener } = await startListener(
      {},
      {
        submit: async () =>
          new Promise((resolve) => {
            accept = resolve;
          }),
      },
    );
    const client = await connectBroker(place, { deadlineMs: 5_000 });
    const answer = client.request("submit", { job: "a job", environment: {} });
    await vi.waitFor(async () => expect(await client.request("health", {})).toBeDefined());
    const closing = listener.close();
    accept();
    expect(await answer).toEqual({});
    await closing;
    expect(statSync(place.address, { throwIfNoEntry: false })).toBeUndefined();
  });

  verifies("broker.mends", "finds no socket put back over those of a successor", async () => {
    let looks = 0;
    const isOurs = () => {
      looks += 1;
      return false;
    };
    const { place } = await startListener({ mendMs: 1, isOurs });
    rmSync(place.address);
    rmSync(place.token);
    await vi.waitFor(() => expect(looks).toBeGreaterThan(5));
    expect(statSync(place.address, { throwIfNoEntry: false })).toBeUndefined();
    expect(statSync(place.token, { throwIfNoEntry: false })).toBeUndefined();
  });
});
