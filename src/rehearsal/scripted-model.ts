import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { messageOf } from "../domain/errors/tandem-error.ts";
import { httpError } from "./faults.ts";
import { parseRecord } from "./json.ts";
import { type ModelRequest, readModelRequest } from "./model-request.ts";
import { createRecorder, type RecordedRequest } from "./recorder.ts";
import type { HttpReply, Reply } from "./reply.ts";
import { responseEvents, type StreamContext, waitFor } from "./response-events.ts";
import { answer, type Entry } from "./script.ts";
import { answerImage, type ImageRequest, type ImageScript, readImageRequest } from "./scripted-images.ts";

export interface ScriptedModelOptions {
  /** Thinking time before every reply, in milliseconds. */
  readonly delayMs?: number;
  /** Largest accepted request body. */
  readonly maxBodyBytes?: number;
  /** Answers Codex's image tool. */
  readonly images?: ImageScript;
}

/** A Responses endpoint on loopback that answers from a script. */
export interface ScriptedModel {
  /** For `base_url` of a Codex provider. */
  readonly baseUrl: string;
  readonly port: number;
  /** All requests to `/v1/responses` so far, in their order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** All requests to `/v1/images/…` so far. */
  readonly imageRequests: readonly ImageRequest[];
  /** The n-th request (counted from 1), or the first that fits: a past one or the next to come. Rejects when the model closes before. */
  waitForRequest(which: number | ((request: RecordedRequest) => boolean)): Promise<RecordedRequest>;
  /** Ends every open connection and stops listening. */
  close(): Promise<void>;
}

/** Starts the endpoint on a free port of 127.0.0.1. */
export async function startScriptedModel(
  script: Entry,
  options: ScriptedModelOptions = {},
): Promise<ScriptedModel> {
  const recorder = createRecorder();
  const newId = createIds();
  const imageRequests: ImageRequest[] = [];
  const { maxBodyBytes = 64 * 1024 * 1024 } = options;
  const server = createServer((incoming, response) => {
    // Fails only when the connection is lost; there is nobody left to tell.
    void serve(incoming, response).catch(() => response.destroy());
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const closed = abortWhenClosed(response);
    const path = incoming.url?.split("?")[0] ?? "";
    const image = /^\/v1\/images\/(generations|edits)$/.exec(path)?.[1];
    if (incoming.method === "POST" && image !== undefined) {
      const asked = readImageRequest(image, (await readBody(incoming, maxBodyBytes)) ?? "");
      imageRequests.push(asked);
      sendHttp(response, await answerImage(options.images, asked));
      return;
    }
    if (incoming.method !== "POST" || path !== "/v1/responses") {
      incoming.resume();
      sendHttp(response, httpError(404, { error: { message: "The scripted model has no such path." } }));
      return;
    }
    const text = await readBody(incoming, maxBodyBytes);
    const body = text === undefined ? undefined : parseRecord(text);
    if (body === undefined) {
      const [status, problem] = text === undefined ? [413, "too large"] : [400, "not a JSON object"];
      sendHttp(response, httpError(status, { error: { message: `The request body is ${problem}.` } }));
      return;
    }
    const request = readModelRequest(recorder.requests.length, incoming.headers, body);
    recorder.record({ ...request, closed: closed.promise });
    if (options.delayMs !== undefined) await waitFor({ milliseconds: options.delayMs }, closed.signal);
    const reply = await replyTo(request, script);
    await send(response, reply, { request, newId, signal: closed.signal });
  }

  const port = await listen(server);
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    port,
    requests: recorder.requests,
    imageRequests,
    waitForRequest: async (which) => recorder.waitForRequest(which),
    close: async () => {
      recorder.close();
      if (!server.listening) return;
      const ended = once(server, "close");
      server.close();
      server.closeAllConnections();
      await ended;
    },
  };
}

/** A script that fails or has no reply answers 400, which Codex shows as it is and does not retry. */
async function replyTo(request: ModelRequest, script: Entry): Promise<Reply> {
  try {
    const reply = await answer(script, request);
    return reply ?? httpError(400, { error: { message: "The script has no reply to this request." } });
  } catch (error) {
    return httpError(400, { error: { message: `The script failed: ${messageOf(error)}` } });
  }
}

async function send(response: ServerResponse, reply: Reply, context: StreamContext): Promise<void> {
  if (reply.kind === "hang") return;
  if (reply.kind === "http") {
    sendHttp(response, reply);
    return;
  }
  const headers = { "content-type": "text/event-stream", "cache-control": "no-cache", ...reply.headers };
  response.writeHead(200, headers);
  response.flushHeaders();
  for await (const event of responseEvents(reply, context)) {
    await write(response, `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  }
  if (reply.end.type === "dropped") response.destroy();
  else if (reply.end.type !== "silent") response.end();
}

function sendHttp(response: ServerResponse, reply: HttpReply): void {
  response.writeHead(reply.status, reply.headers);
  response.end(reply.body);
}

/** Resolves when the text has been handed to the system, so that a drop comes after it. */
async function write(response: ServerResponse, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    response.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

/** Undefined when the body is larger than allowed. */
async function readBody(incoming: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBytes) {
      incoming.resume();
      return undefined;
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function abortWhenClosed(response: ServerResponse): { signal: AbortSignal; promise: Promise<void> } {
  const controller = new AbortController();
  const promise = new Promise<void>((resolve) => {
    response.once("close", () => {
      controller.abort();
      resolve();
    });
  });
  return { signal: controller.signal, promise };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The endpoint has no port.");
  return address.port;
}

/** Ids do not repeat over endpoints: a resumed thread may have seen another one. */
function createIds(): (prefix: string) => string {
  const endpoint = randomBytes(4).toString("hex");
  let count = 0;
  return (prefix) => `${prefix}_${endpoint}_${++count}`;
}
