import { tellsOfBlockedWrite } from "../blocked-write.ts";
import type { ResponseItem } from "../protocol/generated.ts";

/** Tool calls of a turn by their raw items: which are open, and which the sandbox kept from writing. */
export class RawCalls {
  readonly #names = new Map<string, string>();
  readonly #blocked: string[] = [];

  get blockedWrites(): readonly string[] {
    return this.#blocked;
  }

  /** A call that the model made. Gives its id. */
  opened(item: Extract<ResponseItem, { type: "function_call" | "custom_tool_call" }>): string {
    this.#names.set(item.call_id, callName(item));
    return item.call_id;
  }

  /** The output that goes to the model: a refused command may leave no other trace (Codex 0.169). Gives the id of its call. */
  answered(
    item: Extract<ResponseItem, { type: "function_call_output" | "custom_tool_call_output" }>,
  ): string | undefined {
    const { call_id: id, output } = item;
    if (id === undefined) return undefined;
    if (tellsOfBlockedWrite(typeof output === "string" ? output : JSON.stringify(output))) {
      this.#blocked.push(this.#names.get(id) ?? "a tool call");
    }
    return id;
  }
}

/** What a person recognises the call by: its command, or the name of the tool. */
function callName(item: Extract<ResponseItem, { type: "function_call" | "custom_tool_call" }>): string {
  if (item.type === "custom_tool_call") return item.name;
  try {
    const parameters: unknown = JSON.parse(item.arguments);
    if (typeof parameters === "object" && parameters !== null && "cmd" in parameters)
      return String(parameters.cmd);
  } catch {
    // Not JSON: the model's own fault; the tool's name will do.
  }
  return item.name;
}
