import { chmodSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { describe, expect } from "vitest";
import { connectBroker } from "../../src/broker/broker-client.ts";
import { brokerKey, brokerPlace } from "../../src/broker/broker-place.ts";
import { longestMessage } from "../../src/broker/protocol.ts";
import { verifies } from "../support/requirements.ts";
import { plantSocket, startListener, wrongGreeting } from "./support.ts";

/** Writes to the socket and gives what came back until it was closed. */
async function say(address: string, text: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    let said = "";
    const socket = connect(address, () => socket.write(text));
    socket.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(said));
  });
}

describe("a broker's socket", () => {
  verifies("broker.challenge", "serves who knows the token", async () => {
    const { place, service } = await startListener();
    const connection = await connectBroker(place, { deadlineMs: 5_000 });
    expect(await connection.request("health", {})).toMatchObject({ pid: process.pid });
    await connection.request("submit", { job: "a job", environment: {} });
    await expect(connection.request("submit", { job: 1 })).rejects.toThrow("does not understand");
    connection.close();
    expect(service.submitted).toEqual(["a job"]);
  });

  verifies("broker.challenge", "cuts off who does not, says garbage, or says too much", async () => {
    const { place, service } = await startListener();
    const submit = '{"jsonrpc":"2.0","id":1,"method":"submit","params":{"job":"x","environment":{}}}\n';
    const hello = `{"jsonrpc":"2.0","id":1,"method":"hello","params":{"nonce":"${"0".repeat(32)}"}}\n`;
    const guess = `{"jsonrpc":"2.0","id":2,"method":"authenticate","params":{"proof":"${"0".repeat(64)}"}}\n`;
    expect(await say(place.address, submit)).toBe("");
    expect(await say(place.address, "garbage\n")).toBe("");
    expect(await say(place.address, Buffer.alloc(longestMessage + 1_000_000, 0x61))).toBe("");
    const answer = await say(place.address, hello + guess + submit);
    expect(answer.split("\n").filter((line) => line !== "")).toHaveLength(1);
    writeFileSync(place.token, "another token");
    await expect(connectBroker(place, { deadlineMs: 5_000 })).rejects.toThrow("does not know our token");
    expect(service.submitted).toEqual([]);
  });

  verifies("broker.challenge", "that somebody planted gets nothing of us", async () => {
    const { place } = await startListener();
    const planted = `${place.address}2`;
    const { heard } = await plantSocket(planted, wrongGreeting);
    await expect(connectBroker({ ...place, address: planted }, { deadlineMs: 5_000 })).rejects.toThrow(
      "token",
    );
    expect(heard().match(/"method":"\w+"/g)).toEqual(['"method":"hello"']);
    symlinkSync(place.address, `${place.address}3`);
    const linked = connectBroker({ ...place, address: `${place.address}3` }, { deadlineMs: 5_000 });
    await expect(linked).rejects.toThrow("it is not a socket");
    chmodSync(place.token, 0o666);
    await expect(connectBroker(place, { deadlineMs: 5_000 })).rejects.toThrow("refused");
  });

  verifies("broker.serves", "has a short path for a long state folder, and a name on Windows", () => {
    const long = `/home/a/${"x".repeat(120)}`;
    const place = brokerPlace(long, brokerKey(["x"]), { platform: "linux", user: 7 });
    expect(Buffer.byteLength(place.address)).toBeLessThan(100);
    expect(place.token.startsWith(long)).toBe(true);
    expect(place.socketFolder).toMatch(/^\/tmp\/codex-tandem-7-/);
    const pipe = brokerPlace("C:\\state", brokerKey(["x"]), { platform: "win32", user: undefined });
    expect(pipe.address).toMatch(/^\\\\\.\\pipe\\codex-tandem-[0-9a-f]{16}-[0-9a-f]{16}$/);
  });
});
