import { createHash } from "node:crypto";
import type { RunEvent } from "../../domain/events.ts";
import type { ThreadItem } from "../protocol/generated.ts";

/** The run events of one item. Items without news (the user's own message, review markers) give none; unknown ones are kept. */
export function translateItem(item: ThreadItem, moment: "started" | "completed"): readonly RunEvent[] {
  return moment === "started" ? started(item) : completed(item);
}

function started(item: ThreadItem): readonly RunEvent[] {
  if (item.type === "commandExecution") {
    return [{ type: "command_started", item: item.id, command: item.command, cwd: item.cwd }];
  }
  if (item.type === "mcpToolCall") {
    return [{ type: "tool_started", item: item.id, server: item.server, tool: item.tool }];
  }
  return [];
}

function completed(item: ThreadItem): readonly RunEvent[] {
  switch (item.type) {
    case "agentMessage": {
      const phase = item.phase === null ? {} : { phase: item.phase };
      return [{ type: "message", item: item.id, text: item.text, ...phase }];
    }
    case "reasoning":
      return [{ type: "reasoning", text: [...item.summary, ...item.content].join("\n") }];
    case "commandExecution":
      return [commandCompleted(item)];
    case "fileChange": {
      const paths = item.changes.map((change) => change.path);
      return [{ type: "files_changed", item: item.id, status: item.status, paths }];
    }
    case "mcpToolCall":
      return [
        {
          type: "tool_completed",
          item: item.id,
          server: item.server,
          tool: item.tool,
          status: item.status,
          ...(item.error === null ? {} : { error: item.error.message }),
        },
      ];
    case "imageGeneration":
      return [imageGenerated(item)];
    case "userMessage":
    case "enteredReviewMode":
    case "exitedReviewMode":
    case "hookPrompt":
    case "contextCompaction":
      return [];
    default:
      return [{ type: "unknown", name: `item ${item.type}`, payload: item }];
  }
}

/** The image itself stays out: it is in a file, and its digest says which one. Its status may lag behind (`generating`). */
function imageGenerated(item: Extract<ThreadItem, { type: "imageGeneration" }>): RunEvent {
  const { id, savedPath, failure } = item;
  const image = "result" in item && item.result !== "" ? Buffer.from(item.result, "base64") : undefined;
  return {
    type: "image_generated",
    item: id,
    ...(savedPath === undefined ? {} : { path: savedPath }),
    ...(image === undefined ? {} : { sha256: createHash("sha256").update(image).digest("hex") }),
    ...(failure === null ? {} : { failure: failure.type }),
  };
}

function commandCompleted(item: Extract<ThreadItem, { type: "commandExecution" }>): RunEvent {
  const succeeded = item.status === "completed" && item.exitCode === 0;
  return {
    type: "command_completed",
    item: item.id,
    command: item.command,
    status: item.status,
    ...(item.exitCode === null ? {} : { exitCode: item.exitCode }),
    ...(item.durationMs === null ? {} : { durationMs: item.durationMs }),
    ...(item.aggregatedOutput === null ? {} : { output: item.aggregatedOutput }),
    reads: succeeded ? [...namedReads(item), ...pathsInDiff(item.aggregatedOutput ?? "")] : [],
  };
}

function namedReads(item: Extract<ThreadItem, { type: "commandExecution" }>): readonly string[] {
  return item.commandActions.flatMap((action) => (action.type === "read" ? [action.path] : []));
}

const diffHeaders = [/^(?:\+\+\+ b|--- a)\/(.+?)\t?$/gm, /^diff --git a\/(.+) b\/\1$/gm];
const quotedDiffHeaders = [
  /^(?:\+\+\+ "b|--- "a)\/((?:[^"\\]|\\.)+)"$/gm,
  /^diff --git "a\/((?:[^"\\]|\\.)+)" "b\/\1"$/gm,
];

/**
 * The files whose changes a command printed: `git diff` and `git show` name them in their headers. Names that git puts into quotes
 * (control characters, quotes, by default all that is not ASCII) stay quoted.
 */
function pathsInDiff(output: string): readonly string[] {
  const find = (pattern: RegExp) => [...output.matchAll(pattern)].flatMap(([, path]) => path ?? []);
  const quoted = quotedDiffHeaders.flatMap(find).map((path) => `"${path}"`);
  return [...new Set([...diffHeaders.flatMap(find), ...quoted])];
}
