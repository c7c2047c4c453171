import { isRecord, parseJson } from "../../domain/json.ts";
import { tellsOfBlockedWrite } from "../blocked-write.ts";
import type { ResponseItem } from "../protocol/generated.ts";

/** Tool calls of a turn: which are open, by their raw items, and which the sandbox kept from writing. */
export class RawCalls {
  readonly #names = new Map<string, string>();
  readonly #blocked = new Map<string, string>();

  /** Each refused call once, in the order of the refusals. */
  get blockedWrites(): readonly string[] {
    return [...this.#blocked.values()];
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
      this.#blocked.set(id, this.#names.get(id) ?? "a tool call");
    }
    return id;
  }

  /** What a command printed, by its item: a thread that was resumed gives no raw items (Codex 0.169). */
  printed(id: string, command: string, output: string): void {
    if (tellsOfBlockedWrite(output)) this.#blocked.set(id, this.#names.get(id) ?? command);
  }
}

/** What a person recognises the call by: its command, or the name of the tool. */
function callName(item: Extract<ResponseItem, { type: "function_call" | "custom_tool_call" }>): string {
  if (item.type === "custom_tool_call") return item.name;
  // Not JSON, or no command in it: the model's own fault or another tool.
  const parameters = parseJson(item.arguments);
  const command = isRecord(parameters) ? parameters["cmd"] : undefined;
  return typeof command === "string" ? command : item.name;
}
