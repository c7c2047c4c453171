import { expect } from "vitest";
import { EventGate } from "../../../src/codex/exec/event-gate.ts";
import type { RunEvent } from "../../../src/domain/events.ts";
import { verifies } from "../../support/requirements.ts";

const message = (text: string): RunEvent => ({ type: "message", item: text, text });
const turn: RunEvent = { type: "turn_started", turn: "t" };

verifies("exec.sandbox", "what a turn brings is told after its start, in its order", () => {
  const told: RunEvent[] = [];
  const gate = new EventGate(
    (event) => told.push(event),
    () => undefined,
  );
  gate.pass(message("1"));
  gate.pass(message("2"));
  expect(told).toEqual([]);
  gate.open([turn]);
  gate.pass(message("3"));
  expect(told).toEqual([turn, message("1"), message("2"), message("3")]);
});

verifies("exec.bounded", "when too much is kept back, it asks to be opened", () => {
  const told: RunEvent[] = [];
  const gate: EventGate = new EventGate(
    (event) => told.push(event),
    () => gate.open([turn]),
  );
  for (let index = 0; index < 1_500; index++) gate.pass(message(String(index)));
  expect([gate.isOpen, told.length, told[0], told.at(-1)]).toEqual([true, 1_501, turn, message("1499")]);
});

verifies(
  "exec.bounded",
  "of a flood of stray output the beginning is told, and that more is left out",
  () => {
    const told: RunEvent[] = [];
    const gate = new EventGate(
      (event) => told.push(event),
      () => undefined,
    );
    gate.open([]);
    for (let index = 0; index < 5_000; index++)
      gate.pass({ type: "stray_output", source: "stdout", text: "x" });
    expect(told).toHaveLength(201);
    expect(told.at(-1)).toMatchObject({ type: "warning", message: expect.stringContaining("left out") });
  },
);
