import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { AppServer } from "../../../src/codex/app-server/app-server.ts";
import { AppServerThread } from "../../../src/codex/app-server/app-server-thread.ts";
import type { ThreadOptions, TurnInput, TurnOutcome } from "../../../src/codex/engine.ts";
import { Watchdog } from "../../../src/codex/watchdog.ts";
import { makeHome } from "../../support/homes.ts";
import { onePixel } from "../../support/images.ts";
import { verifies } from "../../support/requirements.ts";
import { readOnlyThread } from "../../support/thread-options.ts";
import { createMemoryTransport, type MemoryTransport } from "./memory-transport.ts";

interface Opened {
  readonly transport: MemoryTransport;
  readonly thread: AppServerThread;
}

/** A thread on a server that the test plays; it answers nothing but what lets the thread be left. */
async function open(codexHome: string, options: Partial<ThreadOptions>, endpoint?: string): Promise<Opened> {
  const transport = createMemoryTransport();
  const answering: MemoryTransport = {
    ...transport,
    send: async (message) => {
      await transport.send(message);
      const { id, method } = transport.sent.at(-1) ?? {};
      if (method === "initialize") transport.say({ id, result: { codexHome } });
      if (method === "thread/backgroundTerminals/clean") transport.say({ id, result: {} });
    },
  };
  const identity = { name: "test", version: "1" };
  const server = await AppServer.connect(
    answering,
    identity,
    () => undefined,
    endpoint === undefined ? {} : { endpoint },
  );
  const thread = new AppServerThread({
    server,
    options: readOnlyThread(codexHome, options),
    pins: [{ path: ["features", "x"], value: false, reason: "a test" }],
    facts: { thread: "t", sandbox: { tier: "read-only", network: false, approvals: "never" } },
    hooks: { emit: () => undefined },
    leave: () => undefined,
  });
  return { transport, thread };
}

const resumed = { resume: "t", ephemeral: false };

/** Runs a turn, and lets something come as soon as it is on its way. */
async function interfere(
  { thread }: Opened,
  happen: (cancel: AbortController) => void,
  images: readonly string[] = [],
): Promise<TurnOutcome> {
  const cancel = new AbortController();
  const watchdog = new Watchdog({ stallMs: 60_000, timeoutMs: 60_000 });
  const input: TurnInput = { type: "prompt", text: "Go", images };
  const running = thread.run(input, watchdog, cancel.signal);
  happen(cancel);
  try {
    return await running;
  } finally {
    watchdog.stop();
  }
}

const methods = ({ transport }: Opened) => transport.sent.map(({ method }) => method);

verifies("races.unbegun", "a reply that is cancelled while the thread's file is looked at", async () => {
  const opened = await open(makeHome("unbegun"), resumed);
  const outcome = await interfere(opened, (cancel) => cancel.abort());
  expect(outcome).toMatchObject({ status: "interrupted", error: { kind: "cancelled" } });
  expect(outcome.unconfirmed).toBeUndefined();
  expect(methods(opened)).not.toContain("turn/start");
  expect(methods(opened)).not.toContain("turn/interrupt");
});

verifies("races.unbegun", "a reply of whose pin Codex says meanwhile that it ignores it", async () => {
  const opened = await open(makeHome("unbegun"), resumed);
  const message = "Codex is ignoring 1 setting.\n  session-flags: `features.x` is ignored.";
  const outcome = await interfere(opened, () =>
    opened.transport.say({ method: "warning", params: { threadId: "t", message } }),
  );
  expect(outcome).toMatchObject({ status: "failed", error: { kind: "contract_changed" } });
  expect(methods(opened)).not.toContain("turn/start");
});

verifies("races.unbegun", "a turn elsewhere that is cancelled while its images are read", async () => {
  const home = makeHome("unbegun");
  const image = join(home, "image.png");
  writeFileSync(image, onePixel.png);
  const opened = await open(home, {}, "ws://127.0.0.1:1");
  const outcome = await interfere(opened, (cancel) => cancel.abort(), [image]);
  expect(outcome).toMatchObject({ status: "interrupted", error: { kind: "cancelled" } });
  expect(methods(opened)).not.toContain("turn/start");
});
