import { afterEach, beforeEach, expect, vi } from "vitest";
import { RunningTurn } from "../../../src/codex/app-server/running-turn.ts";
import { TurnRequests } from "../../../src/codex/app-server/turn-requests.ts";
import type { ServerNotification, ServerRequest } from "../../../src/codex/protocol/generated.ts";
import { Watchdog } from "../../../src/codex/watchdog.ts";
import { firstPhase, followPhase, type RunEvent, shownPhase } from "../../../src/domain/events.ts";
import { accept, decline, type Somebody, somebody } from "../../support/asked.ts";
import { verifies } from "../../support/requirements.ts";

interface Turn {
  readonly requests: TurnRequests;
  readonly person: Somebody;
  readonly events: readonly RunEvent[];
  readonly watchdog: Watchdog;
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function startTurn(): Turn {
  const person = somebody();
  const events: RunEvent[] = [];
  const watchdog = new Watchdog({ stallMs: 100, timeoutMs: 10_000 });
  const emit = (event: RunEvent) => events.push(event);
  return {
    requests: new TurnRequests({ emit, watchdog, ask: person.ask, mcpServers: [] }),
    person,
    events,
    watchdog,
  };
}

function command(id: number, line = `command ${id}`): ServerRequest {
  const parameters = { threadId: "t", turnId: "u", itemId: `i${id}`, startedAtMs: 0, environmentId: null };
  const params = { ...parameters, kind: "command" as const, command: line };
  return { method: "item/commandExecution/requestApproval", id, params };
}

function resolved(requestId: number): ServerNotification {
  return { method: "serverRequest/resolved", params: { threadId: "t", requestId } };
}

function answered(events: readonly RunEvent[]): readonly RunEvent[] {
  return events.filter(({ type }) => type === "request_answered");
}

/** What a promise has come to by now. */
async function now(promise: Promise<unknown>): Promise<unknown> {
  const open = Symbol("open");
  const seen = await Promise.race([promise, vi.advanceTimersByTimeAsync(0).then(() => open)]);
  return seen === open ? "open" : seen;
}

verifies(
  "approvals.recorded",
  "the stall clock stands still while anything is open, and then runs anew",
  async () => {
    const { requests, person, watchdog } = startTurn();
    let end: unknown;
    void watchdog.expired.then((how) => {
      end = how;
    });
    const answers = [requests.answer(command(1)), requests.answer(command(2))];
    const [first, second] = [await person.next(), await person.next()];
    await vi.advanceTimersByTimeAsync(5_000);
    first.answer(accept);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(end).toBeUndefined();
    second.answer(decline);
    expect(await Promise.all(answers)).toEqual([{ decision: "accept" }, { decision: "decline" }]);
    await vi.advanceTimersByTimeAsync(99);
    expect(end).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(end).toEqual({ reason: "stalled", silentMs: 100 });
  },
);

verifies(
  "approvals.settled",
  "a request that Codex takes back is nobody's any more, and gets no reply",
  async () => {
    const { requests, person, events } = startTurn();
    const reply = requests.answer(command(1));
    const { signal, answer } = await person.next();
    requests.receive(resolved(2));
    expect(signal.aborted).toBe(false);
    requests.receive(resolved(1));
    expect(signal.aborted).toBe(true);
    expect(await now(reply)).toBeUndefined();
    answer(accept);
    await now(reply);
    expect(answered(events)).toMatchObject([
      { request: "1", decision: "withdrawn", reason: expect.stringContaining("took it back") },
    ]);
    expect(requests.escalations).toEqual([]);
  },
);

verifies(
  "approvals.settled",
  "the end of our waiting withdraws at once; Codex gets its reply when it did not end the turn",
  async () => {
    for (const isClosed of [true, false]) {
      const { requests, person, events } = startTurn();
      const reply = requests.answer(command(1));
      const { signal, answer } = await person.next();
      requests.withdraw();
      expect(signal.aborted).toBe(true);
      answer(accept);
      expect(await now(reply)).toBe("open");
      requests.end(isClosed);
      expect(await now(reply)).toEqual(isClosed ? undefined : { decision: "decline" });
      expect(answered(events)).toMatchObject([{ decision: "withdrawn", reason: "its turn has ended" }]);
      expect(requests.escalations).toEqual([]);
    }
  },
);

verifies("approvals.settled", "what comes after the end is declined without a word to anybody", async () => {
  const { requests, person, events } = startTurn();
  requests.withdraw();
  expect(await requests.answer(command(1))).toEqual({ decision: "decline" });
  expect(person.asked).toEqual([]);
  expect(events).toMatchObject([
    { type: "request_answered", decision: "declined", reason: "its turn has ended" },
  ]);
});

verifies(
  "approvals.settled",
  "an answer and its withdrawal in the same moment: the first counts, once",
  async () => {
    const { requests, person, events } = startTurn();
    const reply = requests.answer(command(1));
    const { answer } = await person.next();
    answer(accept);
    await vi.advanceTimersByTimeAsync(0);
    requests.receive(resolved(1));
    requests.end(false);
    expect(await reply).toEqual({ decision: "accept" });
    expect(answered(events)).toMatchObject([{ decision: "accepted", isFullAccess: true }]);
    expect(requests.escalations).toEqual(["command 1"]);
  },
);

verifies(
  "approvals.every_request",
  "a request of a newer Codex is told and refused, a malformed one declined",
  async () => {
    const { requests, person, events } = startTurn();
    const future = {
      method: "item/future/ask",
      id: 1,
      params: { threadId: "t" },
    } as unknown as ServerRequest;
    await expect(requests.answer(future)).rejects.toThrow("item/future/ask");
    const params = { serverName: "docs", mode: "form", _meta: null, message: "?", requestedSchema: null };
    const broken = { method: "mcpServer/elicitation/request", id: 2, params } as unknown as ServerRequest;
    expect(await requests.answer(broken)).toMatchObject({ action: "decline" });
    expect(person.asked).toEqual([]);
    expect(events).toMatchObject([
      { decision: "refused" },
      { decision: "declined", reason: expect.any(String) },
    ]);
  },
);

verifies("approvals.recorded", "what ends meanwhile does not hide that somebody's answer is missing", () => {
  const opened = (request: string): RunEvent => ({
    type: "request_opened",
    request,
    kind: "command",
    text: "ls",
  });
  const closed = (request?: string): RunEvent => ({
    type: "request_answered",
    method: "m",
    decision: "declined",
    text: "ls",
    ...(request === undefined ? {} : { request }),
  });
  const began: RunEvent = { type: "command_started", item: "i", command: "ls" };
  const ended: RunEvent = {
    type: "command_completed",
    item: "i",
    command: "ls",
    status: "completed",
    reads: [],
  };
  const turn: RunEvent = { type: "turn_started", turn: "t" };
  const done: RunEvent = { type: "turn_completed", turn: "t", status: "completed" };
  const show = (...events: readonly RunEvent[]) => shownPhase(events.reduce(followPhase, firstPhase));
  expect(show(turn, began, opened("1"))).toBe("waiting_approval");
  expect(show(turn, began, opened("1"), closed("1"))).toBe("running_command");
  expect(show(turn, began, opened("1"), ended)).toBe("waiting_approval");
  expect(show(turn, began, opened("1"), ended, closed("1"))).toBe("thinking");
  expect(show(turn, opened("1"), opened("2"), closed("1"))).toBe("waiting_approval");
  expect(show(turn, opened("1"), closed("other"), closed())).toBe("waiting_approval");
  expect(show(turn, opened("1"), done)).toBe("verifying");
  expect(show(turn, opened("1"), done, closed("1"))).toBe("verifying");
});

verifies(
  "approvals.settled",
  "nobody is kept waiting while Codex is being told to end the turn",
  async () => {
    const { person, watchdog } = startTurn();
    const hooks = { emit: () => undefined, ask: person.ask };
    const turn = new RunningTurn({ hooks, watchdog, past: new Set(), mcpServers: [] });
    void turn.requests.answer(command(1));
    const { signal } = await person.next();
    turn.end({ why: "cancelled" });
    expect(signal.aborted).toBe(true);
    expect(turn.isSettled).toBe(false);
    turn.dispose();
  },
);
