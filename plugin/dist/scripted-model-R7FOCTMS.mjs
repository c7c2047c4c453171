import {
  parseRecord,
  readModelRequest
} from "./chunk-CJ4KB7YW.mjs";
import "./chunk-YSIIG4JU.mjs";
import {
  messageOf
} from "./chunk-VWEJZTN3.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/rehearsal/scripted-model.ts
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

// src/rehearsal/faults.ts
function httpError(status, body, headers = {}) {
  const content = body ?? { error: { message: `Scripted error ${status}.` } };
  return {
    kind: "http",
    status,
    body: typeof content === "string" ? content : JSON.stringify(content),
    headers: { "content-type": "application/json", ...headers }
  };
}

// src/rehearsal/recorder.ts
function createRecorder() {
  const requests = [];
  const waiters = /* @__PURE__ */ new Set();
  let isClosed = false;
  const closedError = () => new Error("The scripted model was closed before the request came.");
  return {
    requests,
    record: (request) => {
      requests.push(request);
      for (const waiter of waiters) {
        if (!waiter.fits(request)) continue;
        waiters.delete(waiter);
        waiter.resolve(request);
      }
    },
    waitForRequest: async (which) => {
      const fits = typeof which === "number" ? (request) => request.index === which - 1 : which;
      const past = requests.find(fits);
      if (past !== void 0) return past;
      if (isClosed) throw closedError();
      return new Promise((resolve, reject) => {
        waiters.add({ fits, resolve, reject });
      });
    },
    close: () => {
      isClosed = true;
      for (const waiter of waiters) waiter.reject(closedError());
      waiters.clear();
    }
  };
}

// src/rehearsal/response-events.ts
import { setTimeout as sleep } from "node:timers/promises";
async function* responseEvents(reply, context) {
  const id = context.newId("resp");
  yield { type: "response.created", response: { id, status: "in_progress" } };
  for (const [index, step] of reply.steps.entries()) yield* stepEvents(step, index, context);
  switch (reply.end.type) {
    case "completed":
      yield {
        type: "response.completed",
        response: { id, status: "completed", usage: usageOf(reply.usage) }
      };
      return;
    case "failed": {
      const error = { code: reply.end.code, message: reply.end.message };
      yield { type: "response.failed", response: { id, status: "failed", error } };
      return;
    }
    case "incomplete": {
      const details = { reason: reply.end.reason };
      yield {
        type: "response.incomplete",
        response: { id, status: "incomplete", incomplete_details: details, usage: usageOf(reply.usage) }
      };
      return;
    }
    case "dropped":
    case "silent":
      return;
  }
}
async function waitFor(wait, signal) {
  if ("milliseconds" in wait) {
    await sleep(wait.milliseconds, void 0, { signal });
    return;
  }
  const settled = new AbortController();
  try {
    await Promise.race([wait.opened, rejectOnAbort(signal, settled.signal)]);
  } finally {
    settled.abort();
  }
}
async function* stepEvents(step, index, context) {
  switch (step.type) {
    case "wait":
      await waitFor(step.wait, context.signal);
      return;
    case "reasoning":
      yield* reasoningEvents(step.text, index, context.newId("rs"));
      return;
    case "message":
      yield* messageEvents(step, index, context);
      return;
    case "item":
      yield itemDone(index, step.build(context.request, context.newId("call")));
  }
}
async function* messageEvents(step, index, context) {
  const id = context.newId("msg");
  const phase = step.phase === void 0 ? {} : { phase: step.phase };
  const item = { type: "message", id, role: "assistant", ...phase };
  yield { type: "response.output_item.added", output_index: index, item: { ...item, content: [] } };
  for (const piece of step.pieces) {
    if (typeof piece !== "string") await waitFor(piece, context.signal);
    else {
      const position = { item_id: id, output_index: index, content_index: 0 };
      yield { type: "response.output_text.delta", ...position, delta: piece };
    }
  }
  const content = [{ type: "output_text", text: textOfPieces(step.pieces), annotations: [] }];
  if (step.completes) yield itemDone(index, { ...item, content });
}
function* reasoningEvents(text, index, id) {
  const position = { item_id: id, output_index: index, summary_index: 0 };
  yield {
    type: "response.output_item.added",
    output_index: index,
    item: { type: "reasoning", id, summary: [] }
  };
  yield {
    type: "response.reasoning_summary_part.added",
    ...position,
    part: { type: "summary_text", text: "" }
  };
  yield { type: "response.reasoning_summary_text.delta", ...position, delta: text };
  const summary = [{ type: "summary_text", text }];
  yield itemDone(index, { type: "reasoning", id, summary, encrypted_content: null });
}
function itemDone(index, item) {
  return { type: "response.output_item.done", output_index: index, item };
}
function textOfPieces(pieces) {
  return pieces.filter((piece) => typeof piece === "string").join("");
}
function usageOf(usage) {
  return {
    input_tokens: usage.input,
    input_tokens_details: { cached_tokens: usage.cached },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: usage.input + usage.output
  };
}
async function rejectOnAbort(signal, settled) {
  return new Promise((_resolve, reject) => {
    const abort = () => reject(new DOMException("The connection is closed.", "AbortError"));
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true, signal: settled });
  });
}

// src/rehearsal/script.ts
function answer(entry, request) {
  return typeof entry === "function" ? entry(request) : entry;
}

// src/rehearsal/scripted-model.ts
async function startScriptedModel(script, options = {}) {
  const recorder = createRecorder();
  const newId = createIds();
  const server = createServer((incoming, response) => {
    void serve(incoming, response).catch(() => response.destroy());
  });
  async function serve(incoming, response) {
    const closed = abortWhenClosed(response);
    if (incoming.method !== "POST" || incoming.url?.split("?")[0] !== "/v1/responses") {
      incoming.resume();
      sendHttp(response, httpError(404, { error: { message: "The scripted model has no such path." } }));
      return;
    }
    const text = await readBody(incoming, options.maxBodyBytes ?? 64 * 1024 * 1024);
    const body = text === void 0 ? void 0 : parseRecord(text);
    if (body === void 0) {
      const [status, problem] = text === void 0 ? [413, "too large"] : [400, "not a JSON object"];
      sendHttp(response, httpError(status, { error: { message: `The request body is ${problem}.` } }));
      return;
    }
    const request = readModelRequest(recorder.requests.length, incoming.headers, body);
    recorder.record({ ...request, closed: closed.promise });
    if (options.delayMs !== void 0) await waitFor({ milliseconds: options.delayMs }, closed.signal);
    const reply = await replyTo(request, script);
    await send(response, reply, { request, newId, signal: closed.signal });
  }
  const port = await listen(server);
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    port,
    requests: recorder.requests,
    waitForRequest: async (which) => recorder.waitForRequest(which),
    close: async () => {
      recorder.close();
      if (!server.listening) return;
      const ended = once(server, "close");
      server.close();
      server.closeAllConnections();
      await ended;
    }
  };
}
async function replyTo(request, script) {
  try {
    const reply = await answer(script, request);
    return reply ?? httpError(400, { error: { message: "The script has no reply to this request." } });
  } catch (error) {
    return httpError(400, { error: { message: `The script failed: ${messageOf(error)}` } });
  }
}
async function send(response, reply, context) {
  if (reply.kind === "hang") return;
  if (reply.kind === "http") {
    sendHttp(response, reply);
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  response.flushHeaders();
  for await (const event of responseEvents(reply, context)) {
    await write(response, `event: ${event.type}
data: ${JSON.stringify(event)}

`);
  }
  if (reply.end.type === "dropped") response.destroy();
  else if (reply.end.type !== "silent") response.end();
}
function sendHttp(response, reply) {
  response.writeHead(reply.status, reply.headers);
  response.end(reply.body);
}
async function write(response, text) {
  await new Promise((resolve, reject) => {
    response.write(text, (error) => error ? reject(error) : resolve());
  });
}
async function readBody(incoming, maxBytes) {
  const chunks = [];
  let size = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBytes) {
      incoming.resume();
      return void 0;
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}
function abortWhenClosed(response) {
  const controller = new AbortController();
  const promise = new Promise((resolve) => {
    response.once("close", () => {
      controller.abort();
      resolve();
    });
  });
  return { signal: controller.signal, promise };
}
async function listen(server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The endpoint has no port.");
  return address.port;
}
function createIds() {
  const endpoint = randomBytes(4).toString("hex");
  let count = 0;
  return (prefix) => `${prefix}_${endpoint}_${++count}`;
}
export {
  startScriptedModel
};
