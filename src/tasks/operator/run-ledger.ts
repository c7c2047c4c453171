import type { RunEvent } from "../../domain/events.ts";

/** An image that Codex's own tool made, as Codex reported it. */
export interface MadeImage {
  readonly item: string;
  /** Where Codex says that it saved it. */
  readonly path?: string;
  /** Of the bytes that came with the event, which the file must have too. */
  readonly sha256?: string;
}

/** A command of the agent, and what came of it. */
export interface SeenCommand {
  readonly item: string;
  readonly command: string;
  /** `exit code 0`, `declined`, …; `it had not ended` as long as nothing else is known. */
  readonly end: string;
}

/** What a run's events prove that happened. An agent's words are none of it. */
export interface RunLedger {
  readonly thread?: string;
  /** Turns that Codex itself reported as completed. */
  readonly completedTurns: number;
  /** Commands that were seen, in the order in which they began. */
  readonly commands: readonly SeenCommand[];
  /** Every tool that was called, whatever came of it. */
  readonly called: readonly string[];
  /** Tools that were used with success: `shell`, `apply_patch`, `image_gen`, `web_search`, `server.tool`. */
  readonly tools: readonly string[];
  readonly images: readonly MadeImage[];
}

export const emptyLedger: RunLedger = { completedTurns: 0, commands: [], called: [], tools: [], images: [] };

/** The ledger after one more event. */
export function noteEvent(ledger: RunLedger, event: RunEvent): RunLedger {
  switch (event.type) {
    case "thread_started":
      return event.thread === "" ? ledger : { ...ledger, thread: event.thread };
    case "turn_completed":
      return event.status === "completed" ? { ...ledger, completedTurns: ledger.completedTurns + 1 } : ledger;
    case "command_started":
      return withCommand(ledger, { item: event.item, command: event.command, end: "it had not ended" });
    case "command_completed": {
      const { item, command, status, exitCode } = event;
      const end = exitCode === undefined ? status : `exit code ${exitCode}`;
      const seen = withCommand(ledger, { item, command, end });
      return status === "completed" || exitCode !== undefined ? withTool(seen, "shell") : seen;
    }
    case "files_changed":
      return withUse(ledger, "apply_patch", event.status === "completed");
    case "tool_started":
      return withCall(ledger, `${event.server}.${event.tool}`);
    case "tool_completed": {
      const hasWorked = event.status === "completed" && event.error === undefined;
      return withUse(ledger, `${event.server}.${event.tool}`, hasWorked);
    }
    case "image_generated": {
      const { item, path, sha256, failure } = event;
      if (failure !== undefined || (path === undefined && sha256 === undefined)) {
        return withCall(ledger, "image_gen");
      }
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
  const called = withCall(ledger, tool);
  return called.tools.includes(tool) ? called : { ...called, tools: [...called.tools, tool] };
}

function withUse(ledger: RunLedger, tool: string, hasWorked: boolean): RunLedger {
  return hasWorked ? withTool(ledger, tool) : withCall(ledger, tool);
}

function withCall(ledger: RunLedger, tool: string): RunLedger {
  return ledger.called.includes(tool) ? ledger : { ...ledger, called: [...ledger.called, tool] };
}

/** The same item tells of a command twice, as it begins and as it ends. */
function withCommand(ledger: RunLedger, seen: SeenCommand): RunLedger {
  const others = ledger.commands.filter(
    ({ item, command }) => item !== seen.item || command !== seen.command,
  );
  return withCall({ ...ledger, commands: [...others, seen] }, "shell");
}
