import { describe, expect } from "vitest";
import { EventReader } from "../../../src/codex/exec/event-reader.ts";
import type { RunEvent } from "../../../src/domain/events.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";

interface Heard {
  readonly events: RunEvent[];
  readonly threads: string[];
  readonly notices: string[];
  actions: number;
  terminals: number;
}

function read(lines: readonly string[], prefix = ""): { reader: EventReader; heard: Heard } {
  const heard: Heard = { events: [], threads: [], notices: [], actions: 0, terminals: 0 };
  const reader = new EventReader(
    {
      emit: (event) => heard.events.push(event),
      onThread: (thread) => heard.threads.push(thread),
      onNotice: (message) => heard.notices.push(message),
      onAction: () => heard.actions++,
      onTerminal: () => heard.terminals++,
    },
    prefix,
  );
  for (const line of lines) reader.read(line);
  return { reader, heard };
}

const completed = (item: object) => JSON.stringify({ type: "item.completed", item });
const usage = { input_tokens: 1, cached_input_tokens: 0, output_tokens: 2, reasoning_output_tokens: 0 };

/** A line as Codex 0.169 writes it, and what becomes of it. */
const items: readonly [name: string, line: string, events: readonly RunEvent[]][] = [
  [
    "a message",
    completed({ id: "item_0", type: "agent_message", text: "Hi" }),
    [{ type: "message", item: "item_0", text: "Hi" }],
  ],
  [
    "a summary of reasoning",
    completed({ id: "item_0", type: "reasoning", text: "Hm" }),
    [{ type: "reasoning", text: "Hm" }],
  ],
  [
    "a command's start",
    JSON.stringify({
      type: "item.started",
      item: {
        id: "item_1",
        type: "command_execution",
        command: "ls",
        aggregated_output: "",
        exit_code: null,
      },
    }),
    [{ type: "command_started", item: "item_1", command: "ls" }],
  ],
  [
    "a command's end",
    completed({
      id: "item_1",
      type: "command_execution",
      command: "ls",
      aggregated_output: "a\n",
      exit_code: 2,
      status: "failed",
    }),
    [
      {
        type: "command_completed",
        item: "item_1",
        command: "ls",
        status: "failed",
        exitCode: 2,
        output: "a\n",
        reads: [],
      },
    ],
  ],
  [
    "a change of files",
    completed({
      id: "item_2",
      type: "file_change",
      changes: [{ path: "/w/a", kind: "add" }, { path: "/w/b", kind: "delete" }, "nonsense"],
      status: "completed",
    }),
    [{ type: "files_changed", item: "item_2", status: "completed", paths: ["/w/a", "/w/b"] }],
  ],
  [
    "a tool's end",
    completed({
      id: "item_3",
      type: "mcp_tool_call",
      server: "s",
      tool: "t",
      arguments: {},
      result: null,
      error: { message: "no" },
      status: "failed",
    }),
    [{ type: "tool_completed", item: "item_3", server: "s", tool: "t", status: "failed", error: "no" }],
  ],
  [
    "a warning",
    completed({ id: "item_4", type: "error", message: "Model metadata not found" }),
    [{ type: "warning", source: "codex", message: "Model metadata not found" }],
  ],
  [
    "a retry",
    JSON.stringify({ type: "error", message: "Reconnecting... 1/5 (stream disconnected)" }),
    [{ type: "retrying", message: "Reconnecting... 1/5 (stream disconnected)" }],
  ],
  [
    "the cause of a failure",
    JSON.stringify({ type: "error", message: "unexpected status 401" }),
    [{ type: "warning", source: "codex", message: "unexpected status 401" }],
  ],
];

describe("a line of codex exec --json", () => {
  for (const [name, line, events] of items) {
    verifies("exec.stream", `with ${name} becomes its run events`, () => {
      expect(read([line]).heard.events).toEqual(events);
    });
  }

  verifies("exec.stream", "that holds a key twice is read with the last of its values", () => {
    const line =
      '{"type":"item.completed","item":{"id":"item_1","type":"web_search","id":"ws_1","query":"q","action":{}}}';
    expect(read([line]).heard.events).toEqual([
      {
        type: "unknown",
        name: "item web_search",
        payload: { id: "ws_1", type: "web_search", query: "q", action: {} },
      },
    ]);
  });

  for (const type of ["todo_list", "collab_tool_call", "an_item_of_tomorrow"]) {
    verifies("exec.stream", `with the item ${type} is kept whole when it completes`, () => {
      const item = { id: "item_5", type, items: [{ text: "one", completed: false }] };
      const started = JSON.stringify({ type: "item.started", item });
      const updated = JSON.stringify({ type: "item.updated", item });
      expect(read([started, updated, completed(item)]).heard.events).toEqual([
        { type: "unknown", name: `item ${type}`, payload: item },
      ]);
    });
  }

  verifies("exec.stream", "with an event of tomorrow, or an item without a shape, is kept whole", () => {
    const event = { type: "thread.renamed", name: "x" };
    const shapeless = { type: "item.completed", item: 3 };
    expect(read([JSON.stringify(event), JSON.stringify(shapeless)]).heard.events).toEqual([
      { type: "unknown", name: "thread.renamed", payload: event },
      { type: "unknown", name: "item.completed", payload: shapeless },
    ]);
  });

  verifies("exec.stream", "that is no event is kept as stray output, its beginning only", () => {
    const { events } = read(["garbage", "[1]", "null", '{"no":"type"}', `x${"y".repeat(5_000)}`]).heard;
    expect(events.map((event) => event.type)).toEqual(Array.from({ length: 5 }, () => "stray_output"));
    expect(events.at(-1)).toHaveProperty("text", `x${"y".repeat(1_999)}`);
  });

  verifies("exec.stream", "never throws, whatever JSON or text it is", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.json())), (lines) => {
        read(lines);
      }),
    );
    const shapes = fc.record({
      type: fc.constantFrom(
        "item.started",
        "item.completed",
        "turn.failed",
        "turn.completed",
        "error",
        "thread.started",
      ),
      item: fc.oneof(
        fc.jsonValue(),
        fc.record({ type: fc.constantFrom("mcp_tool_call", "file_change", "agent_message") }),
      ),
      error: fc.jsonValue(),
    });
    fc.assert(
      fc.property(shapes, (shape) => {
        read([JSON.stringify(shape)]);
      }),
    );
  });
});

describe("the lines of a turn", () => {
  verifies("exec.stream", "leave the last message as the answer", () => {
    const { reader } = read([
      completed({ id: "item_0", type: "agent_message", text: "First" }),
      completed({ id: "item_1", type: "agent_message", text: "Last" }),
      completed({ id: "item_2", type: "todo_list", items: [] }),
    ]);
    expect(reader.answer).toBe("Last");
  });

  verifies("exec.stream", "end with the first terminal event, and an error event is none", () => {
    const failed = JSON.stringify({ type: "turn.failed", error: { message: "late" } });
    const { reader, heard } = read([
      JSON.stringify({ type: "error", message: "boom" }),
      JSON.stringify({ type: "turn.completed", usage }),
      failed,
    ]);
    expect([heard.terminals, reader.terminal]).toEqual([1, { status: "completed", usage }]);
  });

  verifies("exec.stream", "tell of actions, notices and the thread", () => {
    const { heard } = read([
      JSON.stringify({ type: "thread.started", thread_id: "t" }),
      completed({ id: "item_0", type: "error", message: "A notice" }),
      completed({ id: "item_1", type: "agent_message", text: "no action" }),
      JSON.stringify({
        type: "item.started",
        item: { id: "item_2", type: "command_execution", command: "ls" },
      }),
    ]);
    expect([heard.threads, heard.notices, heard.actions]).toEqual([["t"], ["A notice"], 1]);
  });

  verifies("exec.stream", "of a later process have items of their own names", () => {
    const { heard } = read([completed({ id: "item_0", type: "agent_message", text: "x" })], "2:");
    expect(heard.events).toEqual([{ type: "message", item: "2:item_0", text: "x" }]);
  });

  verifies("exec.bounded", "keep a bounded number of commands for the outcome", () => {
    const line = completed({
      id: "item_0",
      type: "command_execution",
      command: "ls",
      exit_code: 0,
      status: "completed",
    });
    expect(read(Array.from({ length: 10_050 }, () => line)).reader.commands).toHaveLength(10_000);
  });
});
