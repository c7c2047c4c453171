import type { CallToolResult } from "@modelcontextprotocol/server";
import type { McpHost } from "../host.ts";
import { judgeCall } from "./hook-answer.ts";

/** What the hook before a call of `task` tells, all of it as text. */
export interface TaskCall {
  /** Claude Code's own name for the tool; the hook is called for every tool that starts a run. */
  readonly tool: string;
  readonly prompt: string;
  readonly toolUse: string;
  /** The argument `write` of the call. */
  readonly write: string;
}

/**
 * A call that answers to a `/codex:rescue` of the same prompt is what the person asked for, as long as it does not write without
 * their --write, which is for one call. Of all other calls the person's own rules decide.
 */
export function judgeTask(
  { tool, prompt, toolUse, write }: TaskCall,
  { rescues }: Pick<McpHost, "rescues">,
): CallToolResult {
  const rescue = tool.endsWith("__task") ? rescues.of(prompt) : undefined;
  if (rescue === undefined) return judgeCall();
  if (write === "true" && !rescue.mayWrite) {
    return judgeCall(
      "deny",
      "The person did not type --write, so Codex may not change files. Call task again without write, and say that it was read-only.",
    );
  }
  if (write === "true" && !rescues.takesWrite(toolUse, rescue)) return judgeCall();
  rescues.bind(toolUse, rescue);
  return judgeCall("allow", "The person asked for it with /codex:rescue.");
}
