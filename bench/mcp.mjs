import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** The time from the start of a server to its answer to `initialize`, in ms. */
export function startToInitialize(program) {
  return async (world) => {
    const start = performance.now();
    const server = new Server(program, world);
    await server.initialize();
    const duration = performance.now() - start;
    await server.end();
    return duration;
  };
}

/** A server that has shaken hands, as the smallest client speaks to it: one message a line. */
export async function openServer(program, world) {
  const server = new Server(program, world);
  await server.initialize();
  server.send({ method: "notifications/initialized" });
  return server;
}

class Server {
  #child;
  #waiting = new Map();
  #lastId = 0;

  constructor(program, { workspace, environment }) {
    const stdio = ["pipe", "pipe", "inherit"];
    this.#child = spawn(process.execPath, [program, "mcp"], { cwd: workspace, env: environment, stdio });
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      const message = JSON.parse(line);
      this.#waiting.get(message.id)?.(message);
      this.#waiting.delete(message.id);
    });
  }

  async initialize() {
    const clientInfo = { name: "bench", version: "1" };
    await this.#request("initialize", { protocolVersion: "2025-11-25", capabilities: {}, clientInfo });
  }

  /** The time that one call of `status` takes, in ms. */
  async status() {
    const start = performance.now();
    await this.#call("status");
    return performance.now() - start;
  }

  /** The time until so many calls of `status` that are sent at once are answered, in ms. */
  async statusAtOnce(count) {
    const start = performance.now();
    await Promise.all(Array.from({ length: count }, async () => this.#call("status")));
    return performance.now() - start;
  }

  send(message) {
    this.#child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  async end() {
    this.#child.stdin.end();
    await once(this.#child, "close");
  }

  /** Throws when the call fails: a failure is no measurement. */
  async #call(name) {
    const { isError, content } = await this.#request("tools/call", { name, arguments: {} });
    if (isError) throw new Error(`${name} failed: ${content[0].text}`);
  }

  async #request(method, params) {
    this.#lastId += 1;
    const id = this.#lastId;
    const { error, result } = await new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.send({ id, method, params });
    });
    if (error !== undefined) throw new Error(`${method} failed: ${error.message}`);
    return result;
  }
}
