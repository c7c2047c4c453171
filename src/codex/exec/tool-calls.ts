import { isRecord, parseJson } from "../../domain/json.ts";
import { tellsOfBlockedWrite } from "../blocked-write.ts";

type Fields = Readonly<Record<string, unknown>>;

/** How many calls, and how many names of refused ones, are kept. */
const callLimit = 1_000;
const listLimit = 50;

/** What the model is told in place of a result when Codex refuses a call (0.169). Nothing of it is in the events of `exec --json`. */
const refusals =
  /^(?:patch rejected: |apply_patch verification failed: |approval policy is Never; reject command|unsupported call: )/;

/** The tool calls of a turn as the session file has them, and what became of those that `exec --json` does not show. */
export class ToolCalls {
  /** What a person recognises the call by, for each call that has no output yet. */
  readonly #open = new Map<string, string>();
  readonly #blocked: string[] = [];
  readonly #refused: string[] = [];

  /** Calls that the sandbox kept from writing. */
  get blockedWrites(): readonly string[] {
    return this.#blocked;
  }

  /** Other calls that Codex did not run, with its reason. */
  get refused(): readonly string[] {
    return this.#refused;
  }

  /** Reads a response item. */
  read(item: Fields): void {
    const { type, call_id: id } = item;
    if (typeof id !== "string") return;
    if (type === "function_call" || type === "custom_tool_call") this.#opened(id, item);
    if (type === "function_call_output" || type === "custom_tool_call_output")
      this.#answered(id, item["output"]);
  }

  #opened(id: string, item: Fields): void {
    if (this.#open.size < callLimit) this.#open.set(id, callName(item));
  }

  #answered(id: string, output: unknown): void {
    const name = this.#open.get(id) ?? "a tool call";
    this.#open.delete(id);
    const said = typeof output === "string" ? output : JSON.stringify(output ?? "");
    if (tellsOfBlockedWrite(said)) keep(this.#blocked, name);
    else if (refusals.test(said))
      keep(this.#refused, `${name}: ${(said.split("\n")[0] ?? "").slice(0, 300)}`);
  }
}

function keep(list: string[], text: string): void {
  if (list.length < listLimit) list.push(text);
}

function callName({ name, arguments: parameters, input }: Fields): string {
  const tool = typeof name === "string" ? name : "a tool";
  const given = typeof parameters === "string" ? parseJson(parameters) : undefined;
  if (isRecord(given) && typeof given["cmd"] === "string") return given["cmd"].slice(0, 500);
  const files = typeof input === "string" ? patchedFiles(input) : [];
  return files.length > 0 ? `${tool} ${files.join(", ")}`.slice(0, 500) : tool;
}

function patchedFiles(patch: string): readonly string[] {
  return [...patch.matchAll(/^\*\*\* (?:Add|Update|Delete) File: (.+)$/gm)].map(([, file = ""]) => file);
}
