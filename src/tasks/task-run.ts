import type { TurnOutcome } from "../codex/engine.ts";
import type { RunRequest } from "../domain/run.ts";
import { answerParts, authorText } from "./author-text.ts";
import { type CheckedImage, checkImage } from "./checked-image.ts";
import { composePrompt } from "./consult-prompt.ts";
import type { TaskContext, TaskResult } from "./task.ts";
import { threadOptions } from "./thread-options.ts";

/** A task with its input read, before anything is started. */
export interface PreparedTask {
  readonly prompt: string;
  readonly images: readonly CheckedImage[];
}

/** Checks the author's text and images. Throws `input_too_large` or `input_unreadable`. */
export async function prepareTask(request: RunRequest): Promise<PreparedTask> {
  const text = authorText(request, "The task");
  return { prompt: composePrompt(text, []), images: await Promise.all(request.images.map(checkImage)) };
}

/** Gives Codex a task: read-only unless the person widened it. What it says it did is a claim. */
export async function runTask(
  request: RunRequest,
  { prompt, images }: PreparedTask,
  context: TaskContext,
): Promise<TaskResult> {
  const session = await context.openThread(threadOptions(request, { untrusted: false }));
  const outcome = await session.run(
    { type: "prompt", text: prompt, images: images.map(({ path }) => path) },
    context.watchdog,
    context.signal,
  );
  return {
    session,
    turns: [outcome],
    warnings: blockedWrites(request, outcome),
    parts: answerParts(outcome),
  };
}

/** Writes that the sandbox refused, with what opens the place. */
function blockedWrites(request: RunRequest, { blockedWrites: blocked = [] }: TurnOutcome): readonly string[] {
  if (blocked.length === 0) return [];
  const repair =
    request.tier === "read-only"
      ? "--write lets it change this folder"
      : "--cwd works in another folder, --add-dir opens one more";
  const writes = blocked.length === 1 ? "a write" : `${blocked.length} writes`;
  const names = blocked.slice(0, 3).map(shorten).join("; ");
  return [`The sandbox refused ${writes} (${names}): ${repair}.`];
}

/** A command on one line of readable length. */
function shorten(command: string): string {
  const line = command.replace(/\s+/g, " ").trim();
  return line.length <= 80 ? line : `${line.slice(0, 77)}...`;
}
