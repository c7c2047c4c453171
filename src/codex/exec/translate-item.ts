import type { RunEvent } from "../../domain/events.ts";
import { isRecord } from "../../domain/json.ts";

/** An item of `exec --json`. `id` counts from 0 in each process. */
export type ExecItem = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

/** The run events of one item. What is not known here is kept when it completes. */
export function translateItem(
  item: ExecItem,
  moment: "started" | "updated" | "completed",
): readonly RunEvent[] {
  if (moment === "started") return started(item);
  return moment === "completed" ? completed(item) : [];
}

function started(item: ExecItem): readonly RunEvent[] {
  if (item.type === "command_execution") {
    return [{ type: "command_started", item: item.id, command: text(item["command"]) }];
  }
  if (item.type === "mcp_tool_call") {
    const { server, tool } = item;
    return [{ type: "tool_started", item: item.id, server: text(server), tool: text(tool) }];
  }
  return [];
}

function completed(item: ExecItem): readonly RunEvent[] {
  switch (item.type) {
    case "agent_message":
      return [{ type: "message", item: item.id, text: text(item["text"]) }];
    case "reasoning":
      return [{ type: "reasoning", text: text(item["text"]) }];
    case "command_execution":
      return [commandCompleted(item)];
    case "file_change":
      return [
        { type: "files_changed", item: item.id, status: text(item["status"]), paths: paths(item["changes"]) },
      ];
    case "mcp_tool_call":
      return [toolCompleted(item)];
    case "error":
      return [{ type: "warning", source: "codex", message: text(item["message"]) }];
    default:
      return [{ type: "unknown", name: `item ${item.type}`, payload: item }];
  }
}

/** `exec --json` does not say which files a command read. */
function commandCompleted(item: ExecItem): RunEvent {
  const { exit_code: exitCode, aggregated_output: output } = item;
  return {
    type: "command_completed",
    item: item.id,
    command: text(item["command"]),
    status: text(item["status"]),
    ...(typeof exitCode === "number" ? { exitCode } : {}),
    ...(typeof output === "string" ? { output } : {}),
    reads: [],
  };
}

function toolCompleted(item: ExecItem): RunEvent {
  const { server, tool, status, error } = item;
  return {
    type: "tool_completed",
    item: item.id,
    server: text(server),
    tool: text(tool),
    status: text(status),
    ...(isRecord(error) ? { error: text(error["message"]) } : {}),
  };
}

function paths(changes: unknown): readonly string[] {
  return Array.isArray(changes)
    ? changes.flatMap((change: unknown) =>
        isRecord(change) && typeof change["path"] === "string" ? [change["path"]] : [],
      )
    : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
