import {
  ConnectionError,
  Peer,
  RemoteError
} from "./chunk-BOPXFQTJ.mjs";
import {
  isRecord
} from "./chunk-YSIIG4JU.mjs";
import {
  TandemError
} from "./chunk-VWEJZTN3.mjs";

// src/codex/process-group.ts
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
async function startProcessGroup(path, parameters, options, platform = process.platform) {
  const child = spawn(path, parameters, {
    ...options,
    detached: platform !== "win32",
    windowsHide: true,
    shell: false
  });
  const ended = new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
    child.once("error", (error) => resolve(error.message));
  });
  await once(child, "spawn");
  return { child, ended, stop: (graceMs) => stopGroup(child, ended, graceMs, platform) };
}
async function stopGroup(child, ended, graceMs, platform) {
  signalGroup(child, "SIGTERM", platform);
  const timer = setTimeout(() => signalGroup(child, "SIGKILL", platform), graceMs);
  try {
    await ended;
  } finally {
    clearTimeout(timer);
  }
  signalGroup(child, "SIGKILL", platform);
}
function signalGroup(child, signal, platform) {
  if (child.pid === void 0) return;
  if (platform === "win32") {
    if (child.exitCode === null) endTreeOnWindows(child.pid);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
  }
}
function endTreeOnWindows(pid) {
  const tool = join(process.env["SystemRoot"] ?? "C:\\Windows", "System32", "taskkill.exe");
  spawn(tool, ["/pid", String(pid), "/T", "/F"], { stdio: "ignore", windowsHide: true }).once("error", () => {
  });
}

// src/codex/app-server/backoff.ts
var overloadedCode = -32001;
var attempts = 6;
var firstDelayMs = 50;
var world = {
  wait: async (ms) => {
    await new Promise((resolve) => {
      setTimeout(resolve, ms);
    });
  },
  random: Math.random
};
async function withBackoff(request, { wait, random } = world) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await request();
    } catch (error) {
      const busy = error instanceof RemoteError && error.code === overloadedCode;
      if (!busy || attempt + 1 >= attempts) throw error;
      await wait(firstDelayMs * 2 ** attempt * (0.5 + random()));
    }
  }
}

// src/codex/app-server/server-requests.ts
function declineServerRequest(request) {
  switch (request.method) {
    case "item/commandExecution/requestApproval":
      return {
        result: { decision: "decline" },
        decision: "declined",
        text: request.params.command ?? "a command"
      };
    case "item/fileChange/requestApproval":
      return {
        result: { decision: "decline" },
        decision: "declined",
        text: request.params.reason ?? "a file change"
      };
    case "item/permissions/requestApproval":
      return {
        result: { permissions: {}, scope: "turn" },
        decision: "declined",
        text: request.params.reason ?? "more permissions"
      };
    case "item/tool/requestUserInput":
      return {
        result: { answers: {} },
        decision: "not answered",
        text: request.params.questions.map(({ question }) => question).join(" / ")
      };
    case "mcpServer/elicitation/request":
      return {
        result: {
          action: "decline",
          content: null,
          _meta: null
        },
        decision: "declined",
        text: `a form of the MCP server ${request.params.serverName}`
      };
    case "item/tool/call":
      return {
        result: {
          contentItems: [{ type: "inputText", text: "This client hosts no tools." }],
          success: false
        },
        decision: "refused",
        text: `the tool ${request.params.tool}`
      };
    case "currentTime/read":
      return {
        result: { currentTimeAt: Math.floor(Date.now() / 1e3) },
        decision: "answered",
        text: "the current time"
      };
    case "applyPatchApproval":
    case "execCommandApproval":
      return {
        result: {
          decision: { denied: { rejection: "Declined by the client." } }
        },
        decision: "declined",
        text: "an approval of an older protocol"
      };
    case "account/chatgptAuthTokens/refresh":
    case "attestation/generate":
      throw new Error(`${request.method} is not offered by this client`);
  }
  throw new Error(`unknown request ${JSON.stringify(request)}`.slice(0, 300));
}
function requestEvent(method, decision, text) {
  return { type: "request_answered", method, decision, text };
}

// src/codex/app-server/app-server.ts
var requestDeadlineMs = 6e4;
var earlyLimit = 200;
var AppServer = class _AppServer {
  ended;
  /** The process behind it, if it is a child of ours. */
  child;
  #peer;
  #deadlineMs;
  #listeners = /* @__PURE__ */ new Map();
  #early = [];
  /** A set, not promise handlers on `ended`: those would keep every past turn in memory for as long as the server lives. */
  #endCallbacks = /* @__PURE__ */ new Set();
  #end;
  #codexHome = "";
  #everybody;
  constructor(transport, onEvent, options) {
    this.child = options.child;
    this.#deadlineMs = options.deadlineMs;
    this.#everybody = onEvent;
    this.#peer = new Peer(transport, {
      onNotification: (method, parameters) => this.#route(method, parameters),
      onRequest: (request) => this.#answer(request),
      onStray: (source, text) => this.#everybody({ type: "stray_output", source, text })
    });
    this.ended = this.#peer.ended;
    void this.#tellEnd();
  }
  /** Performs the handshake. `onEvent` gets what belongs to no thread. Rejects with the peer's errors; the transport is closed then. */
  static async connect(transport, identity, onEvent, options = {}) {
    const server = new _AppServer(transport, onEvent, {
      child: options.child,
      deadlineMs: options.deadlineMs ?? requestDeadlineMs
    });
    try {
      const answer = await server.request("initialize", {
        clientInfo: { name: identity.name, title: "codex-tandem", version: identity.version },
        // Raw items and the ending of background commands are offered to such clients only (Codex 0.169).
        capabilities: { experimentalApi: true, requestAttestation: false }
      });
      server.#codexHome = answer.codexHome;
      await server.#peer.sendInitialized();
      return server;
    } catch (error) {
      await server.close();
      throw error;
    }
  }
  /** Time in which an answer that costs nothing must be there, in milliseconds. */
  get deadlineMs() {
    return this.#deadlineMs;
  }
  get codexHome() {
    return this.#codexHome;
  }
  /** Sends a request; an overloaded server is asked again after a while. Rejects with `RemoteError` or `ConnectionError`. */
  async request(method, parameters, deadlineMs = this.#deadlineMs) {
    return withBackoff(() => this.#peer.request(method, parameters, deadlineMs));
  }
  /** Calls back when the connection has ended, at once when it has already. Returns what takes the callback back. */
  onEnd(callback) {
    if (this.#end === void 0) this.#endCallbacks.add(callback);
    else callback(this.#end);
    return () => this.#endCallbacks.delete(callback);
  }
  /** Routes the notifications of one thread, including those that came before the thread's id was known here. */
  listen(thread, listener) {
    this.#listeners.set(thread, listener);
    for (const early of this.#early.splice(0)) this.#deliver(early);
    return () => this.#listeners.delete(thread);
  }
  async close() {
    await this.#peer.close();
  }
  async #tellEnd() {
    const end = await this.ended;
    this.#end = end;
    for (const tell of this.#endCallbacks) tell(end);
  }
  #route(method, parameters) {
    this.#deliver({ method, params: parameters });
  }
  #deliver(notification) {
    const thread = threadOf(notification.params);
    if (thread === void 0) {
      if (notification.method === "configWarning") {
        this.#everybody({
          type: "warning",
          source: "codex configuration",
          message: notification.params.summary
        });
      }
      return;
    }
    const listener = this.#listeners.get(thread);
    if (listener !== void 0) listener.onNotification(notification);
    else this.#keepEarly(notification);
  }
  /** The oldest are dropped first: they are the last words of threads that were closed. */
  #keepEarly(notification) {
    this.#early.push(notification);
    if (this.#early.length > earlyLimit) this.#early.shift();
  }
  #answer(request) {
    const thread = threadOf(request.params);
    const tell = (thread === void 0 ? void 0 : this.#listeners.get(thread)?.onEvent) ?? this.#everybody;
    try {
      const { result, decision, text } = declineServerRequest(request);
      tell(requestEvent(request.method, decision, text));
      return result;
    } catch (error) {
      tell(requestEvent(request.method, "refused", error instanceof Error ? error.message : String(error)));
      throw error;
    }
  }
};
function threadOf(parameters) {
  if (!isRecord(parameters)) return void 0;
  const { threadId, conversationId, thread } = parameters;
  if (typeof threadId === "string") return threadId;
  if (typeof conversationId === "string") return conversationId;
  return isRecord(thread) && typeof thread["id"] === "string" ? thread["id"] : void 0;
}

// src/codex/app-server/stdio-transport.ts
import { once as once2 } from "node:events";

// src/codex/app-server/line-decoder.ts
import { StringDecoder } from "node:string_decoder";
var longestLine = 64 * 1024 * 1024;
var LineDecoder = class {
  #handlers;
  #limit;
  #decoder = new StringDecoder("utf8");
  #parts = [];
  #length = 0;
  #dropping = false;
  constructor(handlers, limit = longestLine) {
    this.#handlers = handlers;
    this.#limit = limit;
  }
  push(chunk) {
    this.#pushText(this.#decoder.write(chunk));
  }
  /** The last line, if it lacks its line feed. */
  end() {
    this.#pushText(this.#decoder.end());
    if (this.#length > 0 && !this.#dropping) this.#emit();
  }
  #pushText(text) {
    let start = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
      this.#append(text.slice(start, end));
      this.#emit();
      start = end + 1;
    }
    this.#append(text.slice(start));
  }
  #append(part) {
    if (this.#dropping || part.length === 0) return;
    this.#parts.push(part);
    this.#length += part.length;
    if (this.#length <= this.#limit) return;
    this.#handlers.onOversize(this.#parts.join("").slice(0, 200));
    this.#parts = [];
    this.#dropping = true;
  }
  #emit() {
    const line = this.#parts.join("");
    const dropped = this.#dropping;
    this.#parts = [];
    this.#length = 0;
    this.#dropping = false;
    if (!dropped && line.trim().length > 0) this.#handlers.onLine(line);
  }
};

// src/codex/app-server/stdio-transport.ts
var closeGraceMs = 2e3;
var stderrTailLength = 4e3;
var StdioTransport = class {
  #group;
  #streams;
  #stderrTail = "";
  #ended = false;
  constructor(group, streams) {
    this.#group = group;
    this.#streams = streams;
  }
  start(handlers) {
    const { stdin, stdout, stderr } = this.#streams;
    const messages = new LineDecoder({
      onLine: (line) => deliver(line, handlers),
      onOversize: (start) => handlers.onStray("oversize", start)
    });
    const diagnostics = new LineDecoder({
      onLine: (line) => {
        this.#stderrTail = `${this.#stderrTail}${line}
`.slice(-stderrTailLength);
        handlers.onStray("stderr", line);
      },
      onOversize: (start) => handlers.onStray("stderr", start)
    });
    stdout.on("data", (chunk) => messages.push(chunk));
    stderr.on("data", (chunk) => diagnostics.push(chunk));
    stdin.on("error", () => void 0);
    void this.#reportEnd(handlers, [
      drained(stdout).then(() => messages.end()),
      drained(stderr).then(() => diagnostics.end())
    ]);
  }
  async send(message) {
    const { stdin } = this.#streams;
    if (this.#ended || !stdin.writable) throw new Error("the app-server has ended");
    if (stdin.write(`${JSON.stringify(message, wellFormed)}
`)) return;
    await Promise.race([once2(stdin, "drain"), this.#group.ended]);
  }
  async close() {
    this.#streams.stdin.end();
    const timer = setTimeout(() => void this.#group.stop(closeGraceMs), closeGraceMs);
    await this.#group.ended;
    clearTimeout(timer);
    await this.#group.stop(0);
  }
  /** Everything that the process wrote is delivered before its end is told. */
  async #reportEnd(handlers, outputs) {
    const reason = await this.#group.ended;
    await Promise.race([Promise.all(outputs), delay(closeGraceMs)]);
    this.#ended = true;
    const end = { reason, stderrTail: this.#stderrTail.trim() };
    handlers.onEnd(end);
  }
};
function wellFormed(_key, value) {
  return typeof value === "string" ? value.replaceAll(new RegExp("\\p{Cs}", "gu"), "\uFFFD") : value;
}
function deliver(line, handlers) {
  let message;
  try {
    message = JSON.parse(line);
  } catch {
    handlers.onStray("stdout", line);
    return;
  }
  handlers.onMessage(message);
}
async function drained(stream) {
  await new Promise((resolve) => {
    stream.once("end", resolve);
    stream.once("close", resolve);
    stream.once("error", () => resolve());
  });
}
async function delay(ms) {
  await new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

// src/codex/app-server/start-app-server.ts
var processOptions = ["-c", "thread_unload_delay_secs=1"];
async function startAppServer(start) {
  const { path, parameters } = start.program;
  let group;
  try {
    group = await startProcessGroup(path, [...parameters, "app-server", ...processOptions], {
      cwd: start.folder,
      env: start.environment,
      stdio: ["pipe", "pipe", "pipe"]
    });
    const { stdin, stdout, stderr, pid } = group.child;
    if (stdin === null || stdout === null || stderr === null || pid === void 0)
      throw new Error("it has no pipes");
    const transport = new StdioTransport(group, { stdin, stdout, stderr });
    return await AppServer.connect(transport, start.identity, start.onEvent, {
      child: start.identify(pid),
      ...start.deadlineMs === void 0 ? {} : { deadlineMs: start.deadlineMs }
    });
  } catch (error) {
    await group?.stop(0);
    throw failedStart(path, error);
  }
}
function failedStart(path, error) {
  if (error instanceof RemoteError)
    return new TandemError("contract_changed", { what: error.message }, { cause: error });
  const said = error instanceof ConnectionError ? error.end?.stderrTail : void 0;
  const cause = [error instanceof Error ? error.message : String(error), said].filter(Boolean).join("\n");
  return new TandemError("spawn_failed", { path, cause }, { cause: error });
}

export {
  startProcessGroup,
  LineDecoder,
  startAppServer
};
