import { statSync } from "node:fs";
import { connect } from "node:net";
import type { ClientOptions, WebSocket } from "ws";
import { messageOf, TandemError } from "../../domain/errors/tandem-error.ts";
import { type Endpoint, endpointVariable, tokenFileVariable } from "./endpoint.ts";
import { longestLine } from "./line-decoder.ts";
import { unreachable } from "./remote-errors.ts";
import { type LinkTiming, usualTiming, WebSocketTransport } from "./websocket-transport.ts";

/**
 * Opens a WebSocket to an app-server elsewhere. Throws `network_unreachable`, or `usage` when the server wants another token or
 * the socket is not ours. Nothing is spent. No `Origin` is sent: Codex 0.169 refuses every request that has one.
 */
export async function openLink(
  endpoint: Endpoint,
  timing: LinkTiming = usualTiming,
): Promise<WebSocketTransport> {
  const { address, token } = endpoint;
  if (address.type === "socket") refuseForeignSocket(endpoint.name, address.path);
  const { WebSocket: Socket } = await import("ws");
  const options: ClientOptions = {
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
    ...(address.type === "web" ? {} : { createConnection: () => connect(address.path) }),
    handshakeTimeout: timing.handshakeMs,
    followRedirects: false,
    maxPayload: longestLine,
    perMessageDeflate: false,
    // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
    rejectUnauthorized: true,
  };
  const socket = new Socket(address.type === "web" ? address.url : "ws://localhost/", options);
  await opened(socket, endpoint);
  return new WebSocketTransport(socket, endpoint.name, timing);
}

async function opened(socket: WebSocket, endpoint: Endpoint): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once("unexpected-response", (request, response) => {
      reject(refusedHandshake(endpoint, response.statusCode ?? 0));
      request.destroy();
    });
    // Also told after the others have settled the promise; then there is nothing more to say.
    socket.on("error", (error) => reject(unreachable(endpoint.name, messageOf(error), error)));
    socket.once("open", () => {
      // What the server says before somebody listens is kept by the system.
      socket.pause();
      socket.removeAllListeners();
      resolve();
    });
  });
}

function refusedHandshake(endpoint: Endpoint, status: number): TandemError {
  if (status !== 401 && status !== 403) {
    return unreachable(endpoint.name, `it answered HTTP ${status} where a WebSocket was asked for`);
  }
  const sent = endpoint.token === undefined ? "asks for a token" : "does not accept the token";
  return new TandemError("usage", {
    problem: `The app-server at ${endpoint.name} ${sent} (HTTP ${status}).`,
    hint: `Name a file with its token in ${tokenFileVariable}.`,
  });
}

/** Whoever owns the socket reads the prompts. */
function refuseForeignSocket(name: string, path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw unreachable(name, "there is no such socket");
  const ours = process.getuid?.();
  if (!stats.isSocket() || (stats.uid !== ours && stats.uid !== 0)) {
    const problem = stats.isSocket() ? "belongs to somebody else" : "is no socket";
    throw new TandemError("usage", {
      problem: `${name} (${endpointVariable}) ${problem}.`,
      hint: "Name the socket of an app-server of your own.",
    });
  }
}
