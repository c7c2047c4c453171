import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, onTestFinished, vi } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { readEndpoint } from "../../../src/codex/app-server/endpoint.ts";
import { longestLine } from "../../../src/codex/app-server/line-decoder.ts";
import { openLink } from "../../../src/codex/app-server/open-link.ts";
import type { TransportEnd } from "../../../src/codex/app-server/transport.ts";
import { visitEndpoint } from "../../../src/codex/app-server/visit-endpoint.ts";
import type { LinkTiming, WebSocketTransport } from "../../../src/codex/app-server/websocket-transport.ts";
import { makeHome } from "../../support/homes.ts";
import { verifies } from "../../support/requirements.ts";

const timing: LinkTiming = { handshakeMs: 5_000, pingMs: 60_000, closeMs: 200 };
const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

function endpointOf(address: string) {
  return readEndpoint({ address }, "linux");
}

/** A WebSocket server of the test, and what it does with each client. */
async function serve(act: (client: WebSocket, request: IncomingMessage) => void): Promise<string> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  closing.push(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  server.on("connection", act);
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server with a thread of its own, so that it answers while this one stands still; `pinged` is 1 once it has answered a ping. */
async function serveBeside(): Promise<{ readonly address: string; readonly pinged: Int32Array }> {
  const pinged = new Int32Array(new SharedArrayBuffer(4));
  const program = `
    const { parentPort, workerData } = require("node:worker_threads");
    const server = new (require("ws").WebSocketServer)({ host: "127.0.0.1", port: 0 });
    server.on("listening", () => parentPort.postMessage(server.address().port));
    server.on("connection", (client) => client.on("ping", () => {
      Atomics.store(workerData, 0, 1);
      Atomics.notify(workerData, 0);
    }));`;
  const worker = new Worker(program, { eval: true, workerData: pinged });
  closing.push(() => void worker.terminate());
  const [port] = await once(worker, "message");
  return { address: `ws://127.0.0.1:${port}`, pinged };
}

/** Listens with something that is no WebSocket server. */
async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => server.close());
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Heard {
  readonly link: WebSocketTransport;
  readonly messages: readonly unknown[];
  readonly stray: readonly string[];
  readonly ended: Promise<TransportEnd>;
}

async function hear(address: string, times = timing): Promise<Heard> {
  const link = await openLink(endpointOf(address), times);
  const messages: unknown[] = [];
  const stray: string[] = [];
  const ended = new Promise<TransportEnd>((resolve) => {
    link.start({
      onMessage: (message) => messages.push(message),
      onStray: (source, text) => stray.push(`${source}: ${text}`),
      onEnd: resolve,
    });
  });
  closing.push(() => void link.close());
  return { link, messages, stray, ended };
}

describe("messages", () => {
  verifies(
    "endpoint.frames",
    "pass whole in both directions, however they are cut, whenever they come",
    async () => {
      const big = { text: "ü".repeat(2 * 1024 * 1024) };
      const received: unknown[] = [];
      const address = await serve((client, request) => {
        expect(request.headers.origin).toBeUndefined();
        client.send('{"early":true}');
        client.on("message", (data) => {
          received.push(JSON.parse(String(data)));
          const text = Buffer.from(JSON.stringify(big));
          client.send(text.subarray(0, 1_001), { fin: false, binary: false });
          client.send(text.subarray(1_001), { fin: true, binary: false });
        });
      });
      const { link, messages } = await hear(address);
      await link.send({ half: "a\ud83c", whole: "🦀" });
      await vi.waitFor(() => expect(messages).toEqual([{ early: true }, big]));
      expect(received).toEqual([{ half: "a\ufffd", whole: "🦀" }]);
    },
  );

  verifies("endpoint.frames", "that are none are told and hurt nobody", async () => {
    const address = await serve((client) => {
      client.send("no JSON");
      client.send(Buffer.from([1, 2, 3]));
      client.send('{"fine":1}');
    });
    const { messages, stray } = await hear(address);
    await vi.waitFor(() => expect(messages).toEqual([{ fine: 1 }]));
    expect(stray).toEqual(["stdout: no JSON", "stdout: a binary message of 3 bytes"]);
  });

  verifies("endpoint.frames", "over the limit end the link as a fault of the server", async () => {
    const address = await serve((client) => {
      const piece = Buffer.alloc(8 * 1024 * 1024, "x");
      for (let sent = 0; sent <= longestLine; sent += piece.length) {
        client.send(piece, { fin: false, binary: false });
      }
    });
    const { ended } = await hear(address);
    expect(await ended).toEqual({ reason: expect.stringContaining(`more than ${longestLine} bytes`) });
  });
});

describe("the end of a link", () => {
  const codes: readonly [code: number, said: string, words: string][] = [
    [1000, "", "the server closed it"],
    [1001, "", "the server is going away"],
    [1008, "slow client", "the server's policy does not allow it: slow client"],
    [1011, "", "the server failed"],
    [1012, "", "the server is restarting"],
    [4242, "", "close code 4242"],
  ];
  verifies("endpoint.lost", "is told in words, with the server's name and what it said", async () => {
    for (const [code, said, words] of codes) {
      const address = await serve((client) => client.close(code, said));
      expect(await (await hear(address)).ended).toEqual({ reason: words, endpoint: address });
    }
  });

  verifies("endpoint.lost", "that nobody told is noticed by the missing sign of life", async () => {
    const address = await serve((client) => client.pause());
    const { ended, link } = await hear(address, { ...timing, pingMs: 50 });
    expect(await ended).toMatchObject({ reason: expect.stringContaining("no sign of life") });
    await expect(link.send({ late: true })).rejects.toThrow("is not open");
  });

  verifies(
    "endpoint.frames",
    "does not come while the other side answers, however long it says nothing",
    async () => {
      // By hand: a process that gets no turn for longer than the pause looks like a link without life.
      vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
      onTestFinished(() => void vi.useRealTimers());
      let goOn: () => void = () => undefined;
      const address = await serve((client) => {
        // Once our own ping is answered, the client has read the answer to its ping.
        client.on("ping", () => client.ping());
        client.on("pong", () => goOn());
      });
      const { ended, link } = await hear(address);
      const told = vi.fn<() => void>();
      void ended.then(told);
      for (let ping = 0; ping < 6; ping += 1) {
        const answered = new Promise<void>((resolve) => {
          goOn = resolve;
        });
        vi.advanceTimersByTime(timing.pingMs);
        await answered;
      }
      expect(told).not.toHaveBeenCalled();
      await link.close();
      expect(await ended).toMatchObject({ reason: "we closed it" });
    },
  );

  verifies(
    "endpoint.frames",
    "does not come because this process had no turn to read the answer",
    async () => {
      vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
      onTestFinished(() => void vi.useRealTimers());
      const { address, pinged } = await serveBeside();
      const { ended, link } = await hear(address);
      await new Promise(setImmediate);
      vi.advanceTimersByTime(timing.pingMs);
      await new Promise(setImmediate);
      // From here on nothing is read before the next look at the link.
      expect(Atomics.wait(pinged, 0, 0, 20_000)).not.toBe("timed-out");
      vi.advanceTimersByTime(timing.pingMs);
      await new Promise(setImmediate);
      await link.close();
      expect(await ended).toMatchObject({ reason: "we closed it" });
    },
  );

  verifies("endpoint.lost", "comes also when the server ignores our goodbye", async () => {
    const address = await serve((client) => client.pause());
    const { link, ended } = await hear(address);
    await link.close();
    await link.close();
    expect(await ended).toMatchObject({ reason: "we closed it" });
  });
});

describe("a link that cannot be opened", () => {
  async function refusal(address: string, handshakeMs = timing.handshakeMs): Promise<unknown> {
    return openLink(endpointOf(address), { ...timing, handshakeMs }).then(
      () => "it was opened",
      (error: unknown) => error,
    );
  }

  verifies("endpoint.lost", "is network_unreachable with the system's own reason", async () => {
    const free = await listen(createServer());
    closing.pop()?.();
    const silent = await listen(createServer((socket) => closing.push(() => socket.destroy())));
    const rude = await listen(createServer((socket) => socket.destroy()));
    const busy = await listen(createHttpServer((_, response) => response.writeHead(503).end()));
    const moved = await listen(
      createHttpServer((_, response) => response.writeHead(302, { location: "ws://127.0.0.1:1" }).end()),
    );
    const cases: readonly [address: string, says: RegExp, handshakeMs?: number][] = [
      [free, /ECONNREFUSED/],
      [silent, /timed out/, 300],
      [rude, /hang up|ECONNRESET/],
      [busy, /HTTP 503/],
      [moved, /HTTP 302/],
      [`unix://${makeHome("socket")}/none`, /no such socket/],
      [`wss://127.0.0.1:${new URL(rude).port}`, /ECONNRESET|disconnected|hang up/],
    ];
    for (const [address, says, handshakeMs] of cases) {
      expect(await refusal(address, handshakeMs)).toMatchObject({
        report: {
          kind: "network_unreachable",
          message: expect.stringMatching(says),
          repair: { say: expect.stringContaining("Check that it runs") },
        },
      });
    }
  });

  verifies("endpoint.value", "to a path that is no socket is a usage error", async () => {
    expect(await refusal(`unix://${makeHome("socket")}`)).toMatchObject({
      report: { kind: "usage", message: expect.stringContaining("is no socket") },
    });
  });

  verifies(
    "endpoint.value",
    "to a socket of somebody else is a usage error, and nothing is sent",
    async () => {
      const path = join(makeHome("socket"), "theirs");
      const visit = vi.fn<() => void>();
      const server = createServer(visit);
      server.listen(path);
      await once(server, "listening");
      closing.push(() => server.close());
      const probe = connect(path);
      await once(probe, "connect");
      probe.destroy();
      await vi.waitFor(() => expect(visit).toHaveBeenCalledTimes(1));
      const uid = vi.spyOn(process, "getuid").mockReturnValue(4_711);
      const { chownSync, statSync } = await import("node:fs");
      // As root the file is given away, since root's own are everybody's; as anybody else it is enough to be another one.
      if (statSync(path).uid === 0) chownSync(path, 1_234, 1_234);
      try {
        expect(await refusal(`unix://${path}`)).toMatchObject({
          report: { kind: "usage", message: expect.stringContaining("belongs to somebody else") },
        });
      } finally {
        uid.mockRestore();
      }
      expect(visit).toHaveBeenCalledTimes(1);
    },
  );
});

describe("the handshake", () => {
  /** An app-server that names itself in its own way. */
  async function named(userAgent: string): Promise<string> {
    return serve((client) => {
      client.on("message", (data) => {
        const { id, method } = JSON.parse(String(data)) as { id?: number; method: string };
        if (id === undefined) return;
        const answer =
          method === "initialize"
            ? { result: { userAgent, codexHome: "/elsewhere" } }
            : { error: { code: -32603, message: "No such file or directory (os error 2)" } };
        client.send(JSON.stringify({ id, ...answer }));
      });
    });
  }

  async function visit(address: string, allowUnsupported = false, folder?: string, deadlineMs = 20_000) {
    return visitEndpoint(
      { address },
      {
        platform: "linux",
        identity: { name: "tandem-test", version: "1" },
        allowUnsupported,
        ...(folder === undefined ? {} : { folder }),
        deadlineMs,
        timing,
      },
    );
  }

  verifies(
    "endpoint.version",
    "refuses a Codex that is older than the minimum, unless it is allowed",
    async () => {
      const address = await named("tandem-test/0.150.2 (Debian)");
      await expect(visit(address)).rejects.toMatchObject({
        report: {
          kind: "codex_unsupported",
          message: expect.stringContaining(`Codex 0.150.2 at ${address}`),
        },
      });
      expect(await visit(address, true)).toMatchObject({ range: "older", warnings: [] });
    },
  );

  verifies("endpoint.version", "takes the tested ones, and warns of newer ones and of none", async () => {
    expect(await visit(await named("tandem-test/0.169.3 (Debian; x/1.0.0)"))).toMatchObject({
      version: "0.169.3",
      range: "tested",
      warnings: [],
    });
    for (const [userAgent, says] of [
      ["tandem-test/1.2.0-alpha.1 (Debian)", "Codex 1.2.0-alpha.1 is newer"],
      ["something else", "does not tell its version"],
    ] as const) {
      const { warnings } = await visit(await named(userAgent));
      expect(warnings).toEqual([expect.stringContaining(says)]);
    }
  });

  verifies(
    "endpoint.refused",
    "is followed by a look at the folder of the run, which must be there",
    async () => {
      const address = await named("tandem-test/0.169.3 (Debian)");
      await expect(visit(address, false, "/only/here")).rejects.toMatchObject({
        report: { kind: "usage", message: `The app-server at ${address} has no folder /only/here.` },
      });
    },
  );

  verifies("endpoint.lost", "that is not answered, or with an error, ends with the reason", async () => {
    const silent = await serve(() => undefined);
    await expect(visit(silent, false, undefined, 500)).rejects.toMatchObject({
      report: { kind: "network_unreachable", message: expect.stringContaining("no answer to initialize") },
    });
    const refusing = await serve((client) => {
      client.on("message", () => client.send('{"id":1,"error":{"code":-32600,"message":"unknown variant"}}'));
    });
    await expect(visit(refusing)).rejects.toMatchObject({ report: { kind: "contract_changed" } });
  });
});
