import {
  checkImage,
  composePrompt
} from "./chunk-T7LOQERT.mjs";
import "./chunk-5L2IJZTZ.mjs";
import {
  threadOptions
} from "./chunk-K7ZHAQ4L.mjs";
import "./chunk-KFVKFHRT.mjs";
import "./chunk-GTHHJJWD.mjs";
import "./chunk-PTJ7TCZL.mjs";
import "./chunk-BOPXFQTJ.mjs";
import "./chunk-YSIIG4JU.mjs";
import {
  TandemError
} from "./chunk-VWEJZTN3.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/tasks/task-run.ts
async function prepareTask(request) {
  const text = request.prompt ?? "";
  const size = Buffer.byteLength(text);
  if (size > request.inputByteCap) {
    throw new TandemError("input_too_large", {
      what: "The task",
      size,
      limit: request.inputByteCap,
      unit: "bytes"
    });
  }
  return { prompt: composePrompt(text, []), images: await Promise.all(request.images.map(checkImage)) };
}
async function runTask(request, { prompt, images }, context) {
  const session = await context.openThread(threadOptions(request, { untrusted: false }));
  const outcome = await session.run(
    { type: "prompt", text: prompt, images: images.map(({ path }) => path) },
    context.watchdog,
    context.signal
  );
  const { answer, error } = outcome;
  const text = answer === void 0 ? {} : error === void 0 ? { answer, raw: answer } : { raw: answer };
  return {
    session,
    turns: [outcome],
    warnings: blockedWrites(request, outcome),
    parts: { ...text, ...error === void 0 ? {} : { error } }
  };
}
function blockedWrites(request, { blockedWrites: blocked = [] }) {
  if (blocked.length === 0) return [];
  const repair = request.tier === "read-only" ? "--write lets it change this folder" : "--cwd works in another folder, --add-dir opens one more";
  const writes = blocked.length === 1 ? "a write" : `${blocked.length} writes`;
  const names = blocked.slice(0, 3).map(shorten).join("; ");
  return [`The sandbox refused ${writes} (${names}): ${repair}.`];
}
function shorten(command) {
  const line = command.replace(/\s+/g, " ").trim();
  return line.length <= 80 ? line : `${line.slice(0, 77)}...`;
}
export {
  prepareTask,
  runTask
};
