import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import { messageOf } from "../domain/errors/tandem-error.ts";
import { escapeInvisible } from "./quote.ts";

/** Largest settings file that is read, in bytes. */
export const settingsFileLimit = 65_536;

/** `problem` completes the sentence "<path> …". */
export type FileReading =
  | { readonly state: "absent" }
  | { readonly state: "bad"; readonly problem: string }
  | { readonly state: "read"; readonly entries: readonly (readonly [string, unknown])[] };

/**
 * Reads a TOML file of one flat table. Safe on a path that somebody else chose: bounded, never waits on a pipe, and
 * follows a symbolic link only when told to. The parser is loaded only when there is a file.
 */
export async function readTomlFile(path: string, links: "follow" | "refuse"): Promise<FileReading> {
  const content = readTextFile(path, links);
  if (content.state !== "text") return content;
  const { parse } = await import("smol-toml");
  try {
    return { state: "read", entries: Object.entries(parse(content.text)) };
  } catch (error) {
    return { state: "bad", problem: `is not valid TOML: ${firstLine(messageOf(error))}` };
  }
}

/** What was found where a small text file may be. */
export type TextReading =
  | Exclude<FileReading, { state: "read" }>
  | { readonly state: "text"; readonly text: string };

/** Reads a text of at most `settingsFileLimit` bytes. Safe on a path that somebody else chose, as `readTomlFile`. */
export function readTextFile(path: string, links: "follow" | "refuse"): TextReading {
  // Without O_NONBLOCK the opening of a named pipe would wait for a writer. Windows has neither flag.
  const nonBlocking = constants.O_NONBLOCK ?? 0;
  const noFollow = links === "refuse" ? (constants.O_NOFOLLOW ?? 0) : 0;
  let descriptor: number;
  try {
    // The usual case: making an error of it takes longer than looking first.
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return { state: "absent" };
    descriptor = openSync(path, constants.O_RDONLY | nonBlocking | noFollow);
  } catch (error) {
    return openingProblem(codeOf(error));
  }
  try {
    return readRegularFile(descriptor);
  } catch (error) {
    return { state: "bad", problem: `cannot be read (${codeOf(error) ?? "unknown reason"})` };
  } finally {
    closeSync(descriptor);
  }
}

function openingProblem(code: string | undefined): TextReading {
  if (code === "ENOENT" || code === "ENOTDIR") return { state: "absent" };
  if (code === "ELOOP" || code === "EMLINK") return { state: "bad", problem: "is a symbolic link" };
  return { state: "bad", problem: `cannot be read (${code ?? "unknown reason"})` };
}

function readRegularFile(descriptor: number): TextReading {
  const { size } = fstatSync(descriptor);
  if (!fstatSync(descriptor).isFile()) return { state: "bad", problem: "is not a regular file" };
  if (size > settingsFileLimit) return { state: "bad", problem: `is larger than ${settingsFileLimit} bytes` };
  const buffer = Buffer.alloc(size);
  let length = 0;
  while (length < size) {
    const read = readSync(descriptor, buffer, length, size - length, null);
    if (read === 0) break;
    length += read;
  }
  try {
    return {
      state: "text",
      text: new TextDecoder("utf-8", { fatal: true }).decode(buffer.subarray(0, length)),
    };
  } catch {
    // The only failure of a fatal decoder is a byte sequence that is not UTF-8.
    return { state: "bad", problem: "is not valid UTF-8" };
  }
}

/** The system's name of an error, such as ENOENT. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

function firstLine(text: string): string {
  return escapeInvisible(text.split("\n", 1)[0]?.trim() ?? "");
}
