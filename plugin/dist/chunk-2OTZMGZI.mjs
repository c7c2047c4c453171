import {
  TandemError,
  messageOf
} from "./chunk-VWEJZTN3.mjs";

// src/surfaces/cli/prompt.ts
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
async function readPrompt(argument, promptFile, world) {
  if (argument !== void 0 && promptFile !== void 0) {
    throw new TandemError("usage", {
      problem: "A question was given as an argument and in --prompt-file. Give one."
    });
  }
  const text = await readSource(argument, promptFile, world);
  if (text.trim() === "") {
    throw new TandemError("usage", {
      problem: "The question is empty.",
      hint: "Give it as one quoted argument, with --prompt-file PATH, or on stdin."
    });
  }
  return text;
}
async function readSource(argument, promptFile, world) {
  if (promptFile !== void 0 && promptFile !== "-") {
    const path = resolve(world.cwd, promptFile);
    try {
      return decode(await readFile(path), path);
    } catch (error) {
      if (error instanceof TandemError) throw error;
      throw new TandemError("input_unreadable", { path, cause: messageOf(error) });
    }
  }
  if (argument !== void 0 && argument !== "-") return argument;
  if (world.stdin.isTTY && promptFile === void 0 && argument === void 0) return "";
  const chunks = [];
  for await (const chunk of world.stdin) chunks.push(Buffer.from(chunk));
  return decode(Buffer.concat(chunks), "stdin");
}
function decode(bytes, path) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new TandemError("input_unreadable", { path, cause: "it is not UTF-8 text" });
  }
}

export {
  readPrompt
};
