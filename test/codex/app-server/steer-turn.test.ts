import { afterEach, beforeEach, expect, vi } from "vitest";
import { AppServer } from "../../../src/codex/app-server/app-server.ts";
import { closingGraceMs, RunningTurn } from "../../../src/codex/app-server/running-turn.ts";
import { steerTurn } from "../../../src/codex/app-server/steer-turn.ts";
import type { ServerNotification } from "../../../src/codex/protocol/generated.ts";
import { Watchdog } from "../../../src/codex/watchdog.ts";
import { verifies } from "../../support/requirements.ts";
import { createMemoryTransport, type MemoryTransport } from "./memory-transport.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

interface Steered {
  readonly transport: MemoryTransport;
  readonly turn: RunningTurn;
  /** How the steering ended. */
  readonly outcome: Promise<unknown>;
}

/** A turn that has begun, and text on its way to it. */
async function steer(): Promise<Steered> {
  const transport = createMemoryTransport();
  const connecting = AppServer.connect(transport, { name: "test", version: "1" }, () => undefined);
  await vi.advanceTimersByTimeAsync(0);
  transport.say({ id: 1, result: { codexHome: "/home" } });
  const server = await connecting;
  const turn = new RunningTurn({
    hooks: { emit: () => undefined },
    watchdog: new Watchdog({ stallMs: 60_000, timeoutMs: 60_000 }),
    past: new Set(),
    mcpServers: [],
  });
  turn.receive(told("turn/started", "inProgress"));
  const outcome = steerTurn(server, "t", turn, "Right").catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(0);
  expect(transport.sent.at(-1)).toMatchObject({
    id: 2,
    method: "turn/steer",
    params: { threadId: "t", expectedTurnId: "u", input: [{ type: "text", text: "Right" }] },
  });
  return { transport, turn, outcome };
}

function told(method: "turn/started" | "turn/completed", status: string): ServerNotification {
  const turn = { id: "u", rootTurnId: "u", items: [], status, error: null };
  return { method, params: { threadId: "t", turn } } as unknown as ServerNotification;
}

function refuse(transport: MemoryTransport, error: object): void {
  transport.say({ id: 2, error });
}

const report = (kind: string, message: RegExp) => ({
  report: expect.objectContaining({ kind, message: expect.stringMatching(message) }),
});

const noTurn = { code: -32_600, message: "no active turn to steer" };

verifies(
  "approvals.steer",
  "a turn that ends while the text is on its way: told by its end, not by Codex's words",
  async () => {
    const { transport, turn, outcome } = await steer();
    refuse(transport, { ...noTurn, message: "something else" });
    await vi.advanceTimersByTimeAsync(closingGraceMs - 1);
    turn.receive(told("turn/completed", "completed"));
    expect(await outcome).toMatchObject(report("usage", /ended before it could/));
  },
);

verifies("approvals.steer", "a refusal of a turn that goes on is Codex's own fault", async () => {
  const { transport, outcome } = await steer();
  refuse(transport, noTurn);
  await vi.advanceTimersByTimeAsync(closingGraceMs);
  expect(await outcome).toMatchObject(report("protocol", /no active turn to steer/));
});

verifies(
  "approvals.steer",
  "a kind of turn that a newer Codex does not let anybody steer is named",
  async () => {
    const { transport, outcome } = await steer();
    const codexErrorInfo = { activeTurnNotSteerable: { turnKind: "compact" } };
    refuse(transport, { code: -32_600, message: "no", data: { codexErrorInfo } });
    expect(await outcome).toMatchObject(report("usage", /of the kind compact takes no text/));
  },
);

verifies("approvals.steer", "a connection that ends before the answer is a protocol error", async () => {
  const { transport, outcome } = await steer();
  transport.end({ reason: "signal SIGKILL" });
  expect(await outcome).toMatchObject(report("protocol", /SIGKILL/));
});
