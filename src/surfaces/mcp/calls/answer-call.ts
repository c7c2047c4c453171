import type { CallToolResult } from "@modelcontextprotocol/server";
import type { CallContext } from "../host.ts";
import { answerError } from "../results/answer.ts";
import { findTool } from "../tools/all-tools.ts";

/** Calls a tool; what fails in it is an answer too. Undefined when there is no such tool. */
export async function answerCall(
  name: string,
  values: unknown,
  context: CallContext,
): Promise<CallToolResult | undefined> {
  const tool = findTool(name);
  if (tool === undefined) return undefined;
  const { log } = context.host;
  const startedAt = performance.now();
  try {
    return await tool.call(values, context);
  } catch (error) {
    log("info", "a call failed", { tool: name, error: String(error) });
    return await answerError(error);
  } finally {
    log("debug", "a call has ended", { tool: name, ms: Math.round(performance.now() - startedAt) });
  }
}
