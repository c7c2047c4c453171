import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A message of the protocol, as far as tests look at it. */
export interface McpMessage {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

export interface McpTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: {
    readonly properties: Readonly<Record<string, unknown>>;
    readonly required?: readonly string[];
  };
  readonly _meta: Readonly<Record<string, unknown>>;
}

/** What a tool gave. */
export interface McpAnswer {
  /** The first block. */
  readonly text: string;
  /** The block behind it, empty where there is none. */
  readonly remarks: string;
  readonly isError: boolean;
  /** The stub of the envelope. */
  readonly stub: Readonly<Record<string, unknown>>;
}

/** How the client answers a request of the server. */
export type ClientAnswer = (message: McpMessage) => unknown;

export interface McpClientOptions {
  readonly command: string;
  readonly parameters: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** By method; a method that is not here is refused. */
  readonly answers?: Readonly<Record<string, ClientAnswer>>;
}

export interface CallOptions {
  readonly toolUse?: string;
  /** Gets each progress notification of the call. */
  readonly onProgress?: (params: Readonly<Record<string, unknown>>) => void;
}

/** A call that goes on. */
export interface RunningCall {
  readonly answered: Promise<McpAnswer>;
  /** Takes it back, as Esc does. */
  readonly cancel: () => void;
}

interface Waiting {
  readonly resolve: (message: McpMessage) => void;
  readonly reject: (error: Error) => void;
}

interface RawAnswer {
  readonly content: readonly { readonly type: string; readonly text: string }[];
  readonly isError?: boolean;
  readonly _meta?: Readonly<Record<string, unknown>>;
}

/** The smallest MCP client: one message a line, over the stdin and stdout of a process that it starts. */
export class McpClient {
  readonly child: ChildProcess;
  /** Resolves with how the server ended and what it said on stderr. */
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
  /** Everything that came, in order. */
  readonly received: McpMessage[] = [];
  /** Lines of stdout that are no message. */
  readonly stray: string[] = [];
  readonly #waiting = new Map<number | string, Waiting>();
  readonly #progress = new Map<number, (params: Readonly<Record<string, unknown>>) => void>();
  readonly #answers: Readonly<Record<string, ClientAnswer>>;
  #nextId = 0;

  constructor({ command, parameters, cwd, environment, answers = {} }: McpClientOptions) {
    this.#answers = answers;
    this.child = spawn(command, parameters, { cwd, env: environment, stdio: ["pipe", "pipe", "pipe"] });
    const { stdin, stdout, stderr } = this.child;
    if (stdin === null || stdout === null || stderr === null) throw new Error("The server has no pipes.");
    // It may end before it has read everything.
    stdin.on("error", () => undefined);
    const said: string[] = [];
    stderr.setEncoding("utf8").on("data", (text: string) => said.push(text));
    createInterface({ input: stdout }).on("line", (line) => this.#receive(line));
    this.ended = once(this.child, "close").then(([code]) => {
      const end = { code: code as number | null, stderr: said.join("") };
      for (const { reject } of this.#waiting.values()) {
        reject(new Error(`The server has ended (${end.code}): ${end.stderr}`));
      }
      this.#waiting.clear();
      return end;
    });
  }

  /** Shakes hands. Gives what the server says of itself. */
  async initialize(
    capabilities: Readonly<Record<string, unknown>> = {},
    clientInfo: { readonly name: string; readonly version: string } = { name: "by hand", version: "1" },
  ): Promise<McpMessage> {
    const message = await this.exchange("initialize", {
      protocolVersion: "2025-11-25",
      capabilities,
      clientInfo,
    });
    this.notify("notifications/initialized");
    return message;
  }

  /** Sends a request and gives the whole message that answers it, errors included. */
  async exchange(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<McpMessage> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.send({ id, method, params });
    });
  }

  /** Sends a request and gives its result. Rejects with an error of the protocol. */
  async request<Result>(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<Result> {
    const { result, error } = await this.exchange(method, params);
    if (error !== undefined) throw new Error(`${error.code}: ${error.message}`);
    return result as Result;
  }

  notify(method: string, params: Readonly<Record<string, unknown>> = {}): void {
    this.send({ method, params });
  }

  async listTools(): Promise<readonly McpTool[]> {
    return (await this.request<{ readonly tools: readonly McpTool[] }>("tools/list")).tools;
  }

  async call(
    name: string,
    values: Readonly<Record<string, unknown>> = {},
    options: CallOptions = {},
  ): Promise<McpAnswer> {
    return this.start(name, values, options).answered;
  }

  start(
    name: string,
    values: Readonly<Record<string, unknown>> = {},
    { toolUse, onProgress }: CallOptions = {},
  ): RunningCall {
    const id = this.#nextId;
    if (onProgress !== undefined) this.#progress.set(id, onProgress);
    const meta = {
      ...(toolUse === undefined ? {} : { "claudecode/toolUseId": toolUse }),
      ...(onProgress === undefined ? {} : { progressToken: id }),
    };
    const result = this.request<RawAnswer>("tools/call", { name, arguments: values, _meta: meta });
    return {
      answered: result.then(({ content, isError = false, _meta = {} }) => ({
        text: content[0]?.text ?? "",
        remarks: content[1]?.text ?? "",
        isError,
        stub: (_meta["codex-tandem/result"] ?? {}) as Readonly<Record<string, unknown>>,
      })),
      cancel: () =>
        this.notify("notifications/cancelled", { requestId: id, reason: "AbortError: user-cancel" }),
    };
  }

  send(message: Readonly<Record<string, unknown>>): void {
    this.child.stdin?.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  #receive(line: string): void {
    let message: McpMessage;
    try {
      message = JSON.parse(line) as McpMessage;
    } catch {
      this.stray.push(line);
      return;
    }
    this.received.push(message);
    const { id, method, params = {} } = message;
    if (method === undefined) {
      if (id === undefined) return;
      this.#waiting.get(id)?.resolve(message);
      this.#waiting.delete(id);
    } else if (id === undefined) {
      if (method === "notifications/progress")
        this.#progress.get(params["progressToken"] as number)?.(params);
    } else {
      void this.#answer(message);
    }
  }

  async #answer(message: McpMessage): Promise<void> {
    const answer = this.#answers[message.method ?? ""];
    if (answer === undefined) {
      this.send({ id: message.id, error: { code: -32601, message: "Method not found" } });
      return;
    }
    this.send({ id: message.id, result: await answer(message) });
  }
}
