import type { RunEvent } from "../../domain/events.ts";

/** An image that Codex's own tool made, as Codex reported it. */
export interface MadeImage {
  readonly item: string;
  /** Where Codex says that it saved it. */
  readonly path?: string;
  /** Of the bytes that came with the event, which the file must have too. */
  readonly sha256?: string;
}

/** What a run's events prove that happened. An agent's words are none of it. */
export interface RunLedger {
  readonly thread?: string;
  /** Turns that Codex itself reported as completed. */
  readonly completedTurns: number;
  /** Commands that ran, whatever came of them. */
  readonly commands: readonly string[];
  /** Tools that were used with success: `shell`, `apply_patch`, `image_gen`, `web_search`, `server.tool`. */
  readonly tools: readonly string[];
  readonly images: readonly MadeImage[];
}

export const emptyLedger: RunLedger = { completedTurns: 0, commands: [], tools: [], images: [] };

/** The ledger after one more event. */
export function noteEvent(ledger: RunLedger, event: RunEvent): RunLedger {
  switch (event.type) {
    case "thread_started":
      return event.thread === "" ? ledger : { ...ledger, thread: event.thread };
    case "turn_completed":
      return event.status === "completed" ? { ...ledger, completedTurns: ledger.completedTurns + 1 } : ledger;
    case "command_started":
      return { ...ledger, commands: [...ledger.commands, event.command] };
    case "command_completed":
      return event.status === "completed" || event.exitCode !== undefined
        ? withTool(ledger, "shell")
        : ledger;
    case "files_changed":
      return event.status === "completed" ? withTool(ledger, "apply_patch") : ledger;
    case "tool_completed":
      return event.status === "completed" && event.error === undefined
        ? withTool(ledger, `${event.server}.${event.tool}`)
        : ledger;
    case "image_generated": {
      const { item, path, sha256, failure } = event;
      if (failure !== undefined || (path === undefined && sha256 === undefined)) return ledger;
      const image = {
        item,
        ...(path === undefined ? {} : { path }),
        ...(sha256 === undefined ? {} : { sha256 }),
      };
      return { ...withTool(ledger, "image_gen"), images: [...ledger.images, image] };
    }
    case "unknown":
      return /^item web_?search$/i.test(event.name) ? withTool(ledger, "web_search") : ledger;
    default:
      return ledger;
  }
}

function withTool(ledger: RunLedger, tool: string): RunLedger {
  return ledger.tools.includes(tool) ? ledger : { ...ledger, tools: [...ledger.tools, tool] };
}
