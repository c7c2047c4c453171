import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text as readText } from "node:stream/consumers";
import { messageOf } from "../../../src/domain/errors/tandem-error.ts";
import { createHistory } from "./history.ts";
import { type MessageReply, refuses, renderMessage, says } from "./messages-reply.ts";
import { type MessagesBody, type MessagesRequest, readMessagesRequest } from "./messages-request.ts";

/** What the model does in one situation. The first rule that fits a request answers it, as often as it fits. */
export interface Rule {
  /** A part of the text since the model spoke last, or a look at the whole request. */
  readonly when: string | ((request: MessagesRequest) => boolean);
  readonly reply: MessageReply | ((request: MessagesRequest) => MessageReply);
}

/** A Messages endpoint on loopback that answers Claude Code from a script. */
export interface MessagesEndpoint {
  /** For ANTHROPIC_BASE_URL. */
  readonly url: string;
  /** Requests of conversations: those that offer tools. What Claude Code asks beside them is answered and kept apart. */
  readonly requests: readonly MessagesRequest[];
  readonly sideRequests: readonly MessagesRequest[];
  /** Method and target of everything else that came, attempts to reach another host through this one as a proxy included. */
  readonly strayRequests: readonly string[];
  readonly waitForRequest: (fits: (request: MessagesRequest) => boolean) => Promise<MessagesRequest>;
  readonly close: () => Promise<void>;
}

/** Starts the endpoint on a free port of 127.0.0.1. A request that no rule fits is refused with 400, which Claude Code shows. */
export async function startMessagesEndpoint(script: readonly Rule[]): Promise<MessagesEndpoint> {
  const history = createHistory<MessagesRequest>("request to the model", ({ newest }) => newest.slice(-500));
  const sideRequests: MessagesRequest[] = [];
  const strayRequests: string[] = [];
  const newId = createIds();

  const server = createServer((incoming, response) => {
    // Fails only when the connection is lost; there is nobody left to tell.
    void serve(incoming, response).catch(() => response.destroy());
  });
  server.on("connect", (incoming, socket) => {
    strayRequests.push(`CONNECT ${incoming.url}`);
    socket.destroy();
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = incoming.url?.split("?")[0];
    if (incoming.method === "HEAD" && (path === "/" || path === "/api/hello")) {
      response.writeHead(200).end();
      return;
    }
    if (incoming.method !== "POST" || path !== "/v1/messages") {
      strayRequests.push(`${incoming.method} ${incoming.url}`);
      incoming.resume();
      sendError(response, 404, "The scripted endpoint has no such path.");
      return;
    }
    const closed = new Promise<void>((resolve) => response.once("close", resolve));
    const body = JSON.parse(await readText(incoming)) as MessagesBody;
    const request = readMessagesRequest(incoming.headers, body, closed);
    const isSide = request.tools.length === 0;
    if (isSide) sideRequests.push(request);
    else history.add(request);
    await send(response, request, isSide ? says("Beside the point") : findReply(script, request));
  }

  async function send(
    response: ServerResponse,
    { body, closed }: MessagesRequest,
    { content, gate }: MessageReply,
  ): Promise<void> {
    if (gate !== undefined) await Promise.race([gate.opened, closed]);
    if ("status" in content) {
      sendError(response, content.status, content.message);
      return;
    }
    const { events, message } = renderMessage(content, { model: body.model, newId });
    if (body.stream !== true) {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(message));
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(""));
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The endpoint has no port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests: history.items,
    sideRequests,
    strayRequests,
    waitForRequest: history.waitFor,
    close: async () => {
      history.close("the endpoint was closed");
      const ended = once(server, "close");
      server.close();
      server.closeAllConnections();
      await ended;
    },
  };
}

/** A script that fails or has no reply answers 400, which Claude Code shows as it is and does not retry. */
function findReply(script: readonly Rule[], request: MessagesRequest): MessageReply {
  try {
    const rule = script.find(({ when }) =>
      typeof when === "string" ? request.newest.includes(when) : when(request),
    );
    if (rule === undefined) return refuses(400, "The script has no reply to this request.");
    return typeof rule.reply === "function" ? rule.reply(request) : rule.reply;
  } catch (error) {
    return refuses(400, `The script failed: ${messageOf(error)}`);
  }
}

/** Error types of the Messages API, by status. */
const errorTypes: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  404: "not_found_error",
  429: "rate_limit_error",
  529: "overloaded_error",
};

function sendError(response: ServerResponse, status: number, message: string): void {
  const error = { type: errorTypes[status] ?? "api_error", message };
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ type: "error", error }));
}

/** Ids are as long as real ones, and do not repeat over endpoints: a resumed conversation may have seen another one. */
function createIds(): (prefix: string) => string {
  const endpoint = randomBytes(10).toString("hex");
  let count = 0;
  return (prefix) => `${prefix}_${endpoint}${++count}`;
}
