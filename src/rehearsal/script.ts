import { type ModelRequest, userTexts } from "./model-request.ts";
import { message } from "./replies.ts";
import { callsTool, type Reply } from "./reply.ts";

/** Decides what the model answers. Undefined means that this script has nothing to say to the request. */
export type Script = (request: ModelRequest) => Reply | undefined | Promise<Reply | undefined>;

/** A place in a script: a fixed reply, or a script of its own. */
export type Entry = Reply | Script;

/**
 * One reply after the other, counted for each thread apart, so that parallel threads do not mix. Codex's retries take the
 * next reply. After the end the last reply repeats; a tool call would repeat for ever, so there a plain message follows.
 */
export function sequence(...entries: readonly Entry[]): Script {
  const positions = new Map<string, number>();
  return async (request) => {
    const position = positions.get(request.thread) ?? 0;
    positions.set(request.thread, position + 1);
    const entry = entries[Math.min(position, entries.length - 1)];
    if (entry === undefined) return undefined;
    const reply = await answer(entry, request);
    const isRepeated = position >= entries.length;
    return isRepeated && reply !== undefined && callsTool(reply) ? message("The script has ended.") : reply;
  };
}

/** Chooses a script at the first request of each thread and keeps to it. */
export function byThread(choose: (first: ModelRequest) => Entry): Script {
  const chosen = new Map<string, Entry>();
  return (request) => {
    const entry = chosen.get(request.thread) ?? choose(request);
    chosen.set(request.thread, entry);
    return answer(entry, request);
  };
}

/** Answers only where the condition holds. */
export function when(condition: (request: ModelRequest) => boolean, entry: Entry): Script {
  return (request) => (condition(request) ? answer(entry, request) : undefined);
}

/** The first script that has an answer gives it. */
export function firstOf(...entries: readonly Entry[]): Script {
  return async (request) => {
    for (const entry of entries) {
      const reply = await answer(entry, request);
      if (reply !== undefined) return reply;
    }
    return undefined;
  };
}

/** A condition: some user message of the conversation contains the text. */
export function asks(text: string): (request: ModelRequest) => boolean {
  return (request) => userTexts(request).some((userText) => userText.includes(text));
}

/** What an entry answers to a request. */
export function answer(entry: Entry, request: ModelRequest): Reply | undefined | Promise<Reply | undefined> {
  return typeof entry === "function" ? entry(request) : entry;
}
