import { open } from "node:fs/promises";
import { messageOf, TandemError } from "../domain/errors/tandem-error.ts";
import type { RunRequest } from "../domain/run.ts";
import { imageType } from "../evidence/image-type.ts";
import { composePrompt, type InlinedFile, readContextFiles } from "./consult-prompt.ts";
import type { TaskContext, TaskResult } from "./task.ts";
import { threadOptions } from "./thread-options.ts";

/** A consultation with all its input read, before anything is started. */
export interface PreparedConsult {
  readonly prompt: string;
  readonly files: readonly InlinedFile[];
  readonly images: readonly { readonly path: string; readonly bytes: number }[];
}

/** Reads what the question needs. Throws `input_unreadable` or `input_too_large`: Codex would go on without a missing image. */
export async function prepareConsult(request: RunRequest): Promise<PreparedConsult> {
  const text = request.prompt ?? "";
  const size = Buffer.byteLength(text);
  if (size > request.inputByteCap) {
    throw new TandemError("input_too_large", {
      what: "The question",
      size,
      limit: request.inputByteCap,
      unit: "bytes",
    });
  }
  const files = await readContextFiles(request.files, request.inputByteCap);
  const images = await Promise.all(request.images.map(checkImage));
  return { prompt: composePrompt(text, files), files, images };
}

/** Asks Codex a question. The answer is its own text; nothing is read out of it. */
export async function runConsult(
  request: RunRequest,
  prepared: PreparedConsult,
  context: TaskContext,
): Promise<TaskResult> {
  const session = await context.openThread(threadOptions(request, { untrusted: false }));
  const images = prepared.images.map(({ path }) => path);
  const outcome = await session.run(
    { type: "prompt", text: prepared.prompt, images },
    context.watchdog,
    context.signal,
  );
  const { answer, error } = outcome;
  const text = answer === undefined ? {} : error === undefined ? { answer, raw: answer } : { raw: answer };
  return {
    session,
    turns: [outcome],
    warnings: [],
    parts: { ...text, ...(error === undefined ? {} : { error }) },
  };
}

/** Codex goes on without an image that it cannot read and tells nobody (0.169), so it is looked at here. */
async function checkImage(path: string): Promise<{ path: string; bytes: number }> {
  try {
    const handle = await open(path);
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) throw new Error("it is not a regular file");
      const { buffer } = await handle.read(Buffer.alloc(12), 0, 12, 0);
      if (imageType(buffer) === undefined) throw new Error("it is not a PNG, JPEG, GIF or WebP image");
      return { path, bytes: stats.size };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new TandemError("input_unreadable", { path, cause: messageOf(error) });
  }
}
