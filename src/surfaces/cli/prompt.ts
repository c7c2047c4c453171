import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { messageOf, TandemError } from "../../domain/errors/tandem-error.ts";
import type { CliWorld } from "./world.ts";

/**
 * The author's text, byte-exact, from exactly one place: the one argument, `--prompt-file`, or stdin when it is a pipe or `-`.
 * `what` is the word for it in what is said of a wrong one. Throws `usage` or `input_unreadable`.
 */
export async function readPrompt(
  argument: string | undefined,
  promptFile: string | undefined,
  world: CliWorld,
  what: "question" | "task" | "text" = "question",
): Promise<string> {
  if (argument !== undefined && promptFile !== undefined) {
    throw new TandemError("usage", {
      problem: `A ${what} was given as an argument and in --prompt-file. Give one.`,
    });
  }
  const text = await readSource(argument, promptFile, world);
  if (text.trim() === "") {
    throw new TandemError("usage", {
      problem: `The ${what} is empty.`,
      hint: "Give it as one quoted argument, with --prompt-file PATH, or on stdin.",
    });
  }
  return text;
}

async function readSource(argument: string | undefined, promptFile: string | undefined, world: CliWorld) {
  if (promptFile !== undefined && promptFile !== "-") {
    const path = resolve(world.cwd, promptFile);
    try {
      return decode(await readFile(path), path);
    } catch (error) {
      if (error instanceof TandemError) throw error;
      throw new TandemError("input_unreadable", { path, cause: messageOf(error) });
    }
  }
  if (argument !== undefined && argument !== "-") return argument;
  if (world.stdin.isTTY && promptFile === undefined && argument === undefined) return "";
  const chunks: Buffer[] = [];
  for await (const chunk of world.stdin) chunks.push(Buffer.from(chunk));
  return decode(Buffer.concat(chunks), "stdin");
}

/** Refuses what would not arrive as it was given: invalid bytes would be replaced silently. */
function decode(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new TandemError("input_unreadable", { path, cause: "it is not UTF-8 text" });
  }
}
