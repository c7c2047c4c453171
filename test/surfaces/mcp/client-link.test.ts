import { PassThrough } from "node:stream";
import { describe, expect, vi } from "vitest";
import {
  ClientLink,
  type IncomingRequest,
  type LinkHandlers,
} from "../../../src/surfaces/mcp/protocol/client-link.ts";
import { handshake } from "../../../src/surfaces/mcp/protocol/handshake.ts";
import { ProtocolError } from "../../../src/surfaces/mcp/protocol/protocol-error.ts";
import { verifies } from "../../support/requirements.ts";

/** A link whose client is the test: what it says, and what it has heard. */
function openLink(onRequest: LinkHandlers["onRequest"] = async () => ({})) {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const notes: string[] = [];
  const strays: string[] = [];
  const link = new ClientLink(stdout, {
    onRequest,
    onNotification: (method) => notes.push(method),
    onStray: (problem) => strays.push(problem),
  });
  link.listen(stdin);
  const say = (message: object) => stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const printed: string[] = [];
  stdout.on("data", (chunk: Buffer) => printed.push(chunk.toString("utf8")));
  const heard = () =>
    printed
      .join("")
      .split("\n")
      .filter((line) => line !== "")
      .map((line): unknown => JSON.parse(line));
  return { link, stdin, stdout, say, heard, notes, strays };
}

const second = { timeoutMs: 60_000 };

describe("a request of the client", () => {
  verifies("mcp.protocol", "is answered under its own id, a failure with its code", async () => {
    const { say, heard, notes } = openLink(async (method) => {
      if (method === "wrong") throw new ProtocolError(-32602, "Wrong.");
      if (method === "broken") throw new Error("It broke.");
      return { method };
    });
    say({ id: 1, method: "good" });
    say({ id: "two", method: "wrong" });
    say({ id: 3, method: "broken" });
    say({ method: "notifications/initialized" });
    await vi.waitFor(() =>
      expect(heard()).toEqual([
        { jsonrpc: "2.0", id: 1, result: { method: "good" } },
        { jsonrpc: "2.0", id: "two", error: { code: -32602, message: "Wrong." } },
        { jsonrpc: "2.0", id: 3, error: { code: -32603, message: "It broke." } },
      ]),
    );
    expect(notes).toEqual(["notifications/initialized"]);
  });

  verifies("mcp.protocol", "that was taken back is told so and not answered", async () => {
    const requests: IncomingRequest[] = [];
    const { say, heard } = openLink(async (method, request) => {
      requests.push(request);
      if (method === "slow")
        await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
      return { method };
    });
    say({ id: 1, method: "slow" });
    say({ method: "notifications/cancelled", params: { requestId: 1 } });
    say({ method: "notifications/cancelled", params: { requestId: 99 } });
    say({ id: 2, method: "quick" });
    await vi.waitFor(() => expect(heard()).toEqual([{ jsonrpc: "2.0", id: 2, result: { method: "quick" } }]));
    expect(requests.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  });
});

describe("a request to the client", () => {
  verifies("mcp.protocol", "has its answer, or the reason why there is none", async () => {
    const { link, say, heard } = openLink();
    const answers = [link.ask("one", { a: 1 }, second), link.ask("two", {}, second)];
    expect(heard()).toEqual([
      { jsonrpc: "2.0", id: 1, method: "one", params: { a: 1 } },
      { jsonrpc: "2.0", id: 2, method: "two", params: {} },
    ]);
    say({ id: 2, error: { code: -32601, message: "Method not found" } });
    say({ id: 1, result: { roots: [] } });
    await expect(answers[0]).resolves.toEqual({ roots: [] });
    await expect(answers[1]).rejects.toThrow("Method not found");
  });

  verifies(
    "mcp.protocol",
    "is taken back when it is late or not needed, and given up at the end",
    async () => {
      const { link, heard } = openLink();
      const controller = new AbortController();
      await expect(link.ask("late", {}, { timeoutMs: 1 })).rejects.toThrow("no answer in time");
      const unneeded = link.ask("unneeded", {}, { ...second, signal: controller.signal });
      controller.abort();
      await expect(unneeded).rejects.toThrow("not needed any more");
      const open = link.ask("open", {}, second);
      link.close();
      await expect(open).rejects.toThrow("the connection has ended");
      await expect(link.ask("after", {}, second)).rejects.toThrow("the connection has ended");
      const taken = heard().filter((message) => JSON.stringify(message).includes("notifications/cancelled"));
      expect(taken).toMatchObject([{ params: { requestId: 1 } }, { params: { requestId: 2 } }]);
    },
  );
});

verifies("mcp.protocol", "what is no message is told and answered with nothing", async () => {
  const { stdin, say, heard, strays } = openLink();
  const none = ["nonsense", "{}", "[]", '{"id":1,"method":"ping"}', '{"jsonrpc":"2.0","id":7,"result":{}}'];
  for (const line of none) stdin.write(`${line}\n`);
  say({ id: {}, method: "ping" });
  say({ id: 5, method: "ping" });
  await vi.waitFor(() => expect(heard()).toEqual([{ jsonrpc: "2.0", id: 5, result: {} }]));
  expect(strays).toHaveLength(none.length + 1);
});

verifies("mcp.protocol", "a client that does not read is sent no more progress", () => {
  const stdout = new PassThrough({ highWaterMark: 100 });
  const link = new ClientLink(stdout, {
    onRequest: async () => ({}),
    onNotification: () => undefined,
    onStray: () => undefined,
  });
  for (let count = 0; count < 1_000; count++) link.notifyWhenRead("notifications/progress", { count });
  expect(stdout.readableLength + stdout.writableLength).toBeLessThan(1_000);
});

verifies("mcp.handshake", "speaks the client's revision where it knows it, else the newest", () => {
  const revisionFor = (protocolVersion: unknown) =>
    handshake({ protocolVersion }, { name: "us", version: "1" }, "Rules.").protocolVersion;
  expect(["2025-11-25", "2024-11-05", "2026-07-28"].map(revisionFor)).toEqual([
    "2025-11-25",
    "2024-11-05",
    "2025-11-25",
  ]);
  expect(() => revisionFor(undefined)).toThrow(ProtocolError);
});
