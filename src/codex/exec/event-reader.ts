import type { RunEvent } from "../../domain/events.ts";
import { isRecord, parseJson } from "../../domain/json.ts";
import type { CommandRecord } from "../engine.ts";
import { type ExecItem, translateItem } from "./translate-item.ts";

/** How many commands of one turn are kept for its outcome; the journal has all. */
const commandLimit = 10_000;

export interface EventReaderHandlers {
  readonly emit: (event: RunEvent) => void;
  /** Codex named the thread. */
  readonly onThread: (thread: string) => void;
  /** Codex began to act: a command, a tool or a change of files. */
  readonly onAction: () => void;
  /** Codex says something about its configuration or the model. */
  readonly onNotice: (message: string) => void;
  /** Codex ended the turn. */
  readonly onTerminal: () => void;
}

/** How Codex itself ended a turn. */
export type Terminal =
  | { readonly status: "completed"; readonly usage: unknown }
  | { readonly status: "failed"; readonly message: string };

/** Reads the lines of `codex exec --json` for one turn: emits run events and keeps what the outcome needs. */
export class EventReader {
  readonly commands: CommandRecord[] = [];
  answer: string | undefined;
  terminal: Terminal | undefined;
  /** The turn brought something beside messages. */
  hasItems = false;
  readonly #handlers: EventReaderHandlers;
  readonly #idPrefix: string;

  /** `idPrefix` tells the items of one process from those of the next on the same thread. */
  constructor(handlers: EventReaderHandlers, idPrefix: string) {
    this.#handlers = handlers;
    this.#idPrefix = idPrefix;
  }

  /** Takes any line. What is no event is kept as stray output. Of a key that stands twice in a line the last counts. */
  read(line: string): void {
    const event = parseJson(line);
    if (!isRecord(event) || typeof event["type"] !== "string") {
      this.#handlers.emit({ type: "stray_output", source: "stdout", text: line.slice(0, 2_000) });
      return;
    }
    switch (event["type"]) {
      case "thread.started":
        this.#handlers.onThread(text(event["thread_id"]));
        break;
      case "turn.started":
        break;
      case "item.started":
        this.#item(event, "started");
        break;
      case "item.updated":
        this.#item(event, "updated");
        break;
      case "item.completed":
        this.#item(event, "completed");
        break;
      case "error":
        this.#error(text(event["message"]));
        break;
      case "turn.completed":
        this.#end({ status: "completed", usage: event["usage"] });
        break;
      case "turn.failed":
        this.#end({
          status: "failed",
          message: isRecord(event["error"]) ? text(event["error"]["message"]) : "",
        });
        break;
      default:
        this.#handlers.emit({ type: "unknown", name: event["type"], payload: event });
    }
  }

  #item(event: Record<string, unknown>, moment: "started" | "updated" | "completed"): void {
    const item = itemOf(event["item"], this.#idPrefix);
    if (item === undefined) {
      this.#handlers.emit({ type: "unknown", name: `item.${moment}`, payload: event });
      return;
    }
    if (item.type === "error") this.#handlers.onNotice(text(item["message"]));
    else if (!["agent_message", "reasoning"].includes(item.type)) {
      this.hasItems = true;
      this.#handlers.onAction();
    }
    for (const translated of translateItem(item, moment)) {
      this.#handlers.emit(translated);
      if (translated.type === "message") this.answer = translated.text;
      if (translated.type === "command_completed") this.#keepCommand(translated);
    }
  }

  /** Without the output, which the journal has and nobody reads here. */
  #keepCommand({ command, status, exitCode, reads }: Extract<RunEvent, { type: "command_completed" }>): void {
    if (this.commands.length >= commandLimit) return;
    this.commands.push({ command, status, reads, ...(exitCode === undefined ? {} : { exitCode }) });
  }

  /** Never the end of a turn: retries are told this way, and the cause of a failed turn right before it. */
  #error(message: string): void {
    const isRetry = message.startsWith("Reconnecting... ");
    this.#handlers.emit(
      isRetry ? { type: "retrying", message } : { type: "warning", source: "codex", message },
    );
  }

  #end(terminal: Terminal): void {
    if (this.terminal !== undefined) return;
    this.terminal = terminal;
    this.#handlers.onTerminal();
  }
}

function itemOf(value: unknown, idPrefix: string): ExecItem | undefined {
  if (!isRecord(value) || typeof value["type"] !== "string") return undefined;
  return { ...value, type: value["type"], id: `${idPrefix}${text(value["id"])}` };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
