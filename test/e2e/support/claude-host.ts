import { setTimeout } from "node:timers/promises";
import type { ClaudeEnd, ClaudeEvent, ClaudeProcess } from "./claude-process.ts";
import { createHistory, type History } from "./history.ts";

/** Something that Claude Code asks its host: a permission, a form of a server. */
export interface HostQuestion {
  readonly subtype: string;
  readonly [name: string]: unknown;
}

export interface HostOptions {
  /** Gives the answer to a question; where it gives none, permissions are denied and forms are cancelled. */
  readonly answer?: (question: HostQuestion) => unknown;
}

/** A Claude Code that takes prompts and asks its questions over stdin and stdout. */
export interface ClaudeHost {
  readonly pid: number;
  readonly events: History<ClaudeEvent>;
  readonly questions: History<HostQuestion>;
  readonly send: (prompt: string) => void;
  /** Sends a prompt and gives the `result` event of its turn, which may take half a minute or the time that is given, in ms. */
  readonly ask: (prompt: string, patienceMs?: number) => Promise<ClaudeEvent>;
  /** Waits until Claude Code is connected to a server, so that hooks and commands find it. */
  readonly waitForServer: (name: string) => Promise<void>;
  /** What Esc does in a terminal. */
  readonly interrupt: () => Promise<void>;
  /** Closes stdin, on which Claude Code ends. */
  readonly end: () => Promise<ClaudeEnd>;
}

/** For `answer`: lets the tool run. */
export const allow = { behavior: "allow", updatedInput: {} };
/** For `answer`: fills in a server's form. */
export const acceptForm = (content: unknown) => ({ action: "accept", content });
/** For `answer`: refuses to fill in a server's form. */
export const declineForm = { action: "decline" };

const refusals: Readonly<Record<string, unknown>> = {
  can_use_tool: { behavior: "deny", message: "Nobody allowed it." },
  elicitation: { action: "cancel" },
};

interface ControlMessage {
  readonly request_id: string;
  readonly request: HostQuestion;
  readonly response: ControlResponse;
}

interface ControlResponse {
  readonly subtype: string;
  readonly request_id: string;
  readonly response?: {
    readonly mcpServers?: readonly { readonly name: string; readonly status: string }[];
  };
}

/** Makes a host of a process that speaks stream-json in both directions. Resolves when Claude Code has greeted it. */
export async function startHost(
  claude: ClaudeProcess,
  { answer = () => undefined }: HostOptions,
): Promise<ClaudeHost> {
  const { events } = claude;
  const questions = createHistory<HostQuestion>("question", (question) => JSON.stringify(question));
  events.follow((event) => {
    if (event.type !== "control_request") return;
    const { request, request_id } = event as ClaudeEvent & ControlMessage;
    questions.add(request);
    const response = answer(request) ?? refusals[request.subtype] ?? {};
    claude.send({ type: "control_response", response: { subtype: "success", request_id, response } });
  });

  let count = 0;
  const request = async (subtype: string): Promise<ControlResponse["response"]> => {
    const request_id = `host-${++count}`;
    claude.send({ type: "control_request", request_id, request: { subtype } });
    const isReply = (event: ClaudeEvent) =>
      event.type === "control_response" &&
      (event as ClaudeEvent & ControlMessage).response.request_id === request_id;
    const { response } = (await events.waitFor(isReply)) as ClaudeEvent & ControlMessage;
    if (response.subtype !== "success") throw new Error(`${subtype}: ${JSON.stringify(response)}`);
    return response.response;
  };
  const send = (prompt: string): void => {
    claude.send({ type: "user", message: { role: "user", content: prompt } });
  };

  await request("initialize");
  return {
    pid: claude.pid,
    events,
    questions,
    send,
    ask: async (prompt, patienceMs) => {
      const past = events.items.length;
      send(prompt);
      const isResult = (event: ClaudeEvent) => event.type === "result" && events.items.indexOf(event) >= past;
      return events.waitFor(isResult, patienceMs);
    },
    waitForServer: async (name) => {
      for (;;) {
        const { mcpServers = [] } = (await request("mcp_status")) ?? {};
        const status = mcpServers.find((server) => server.name === name)?.status;
        if (status === "connected") return;
        if (status === "failed") throw new Error(`Claude Code could not connect to ${name}.`);
        // Claude Code tells nobody when it is connected.
        await setTimeout(50);
      }
    },
    interrupt: async () => void (await request("interrupt")),
    end: async () => {
      claude.closeInput();
      return claude.ended;
    },
  };
}
