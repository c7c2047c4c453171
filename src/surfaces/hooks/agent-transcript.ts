import { readFileSync, statSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { isRecord, parseJson } from "../../domain/json.ts";
import { findReceiptLines } from "../../domain/receipt-line.ts";
import type { AgentRecord } from "../../evidence/agent-report.ts";

/** Claude Code 2.1.329 may write the transcript of a short agent a moment after it has called the hook. */
const transcriptMs = 3_000;
const lookMs = 50;

/** What the transcript of an agent tells, as soon as it is enough, or whatever it tells by then. */
export async function readAgentRecord(
  transcript: string,
  isEnough: (record: AgentRecord) => boolean,
): Promise<AgentRecord> {
  const deadline = performance.now() + transcriptMs;
  for (;;) {
    const bytes = sizeOf(transcript);
    const record = readRecord(transcript);
    if (isEnough(record)) return record;
    // A long one is read again only when there is more of it.
    do {
      if (performance.now() >= deadline) return record;
      await delay(lookMs);
    } while (sizeOf(transcript) === bytes);
  }
}

function sizeOf(transcript: string): number | undefined {
  try {
    return statSync(transcript).size;
  } catch {
    return undefined; // As below: then there is nothing to read.
  }
}

function readRecord(transcript: string): AgentRecord {
  const entries = linesOf(transcript).map(parseJson).filter(isRecord);
  const startedAt = entries.map(({ timestamp }) => timestamp).find((time) => typeof time === "string");
  const receipts = entries.flatMap(toolTexts).flatMap(findReceiptLines);
  return { receipts, ...(startedAt === undefined ? {} : { startedAt }) };
}

/** One JSON value in each line. */
function linesOf(transcript: string): readonly string[] {
  try {
    return readFileSync(transcript, "utf8").split("\n");
  } catch {
    return []; // It is not there yet, was moved, or is no file.
  }
}

/** What tools gave, by an entry `{ message: { content: [{ type: "tool_result", content: text or blocks of text }] } }`. */
function toolTexts({ message }: Record<string, unknown>): readonly string[] {
  const content = isRecord(message) ? message["content"] : undefined;
  if (!Array.isArray(content)) return [];
  return content
    .filter((block: unknown) => isRecord(block) && block["type"] === "tool_result")
    .flatMap((block: Record<string, unknown>) => textsIn(block["content"]));
}

function textsIn(content: unknown): readonly string[] {
  if (typeof content === "string") return [content];
  if (!Array.isArray(content)) return [];
  return content.flatMap((block: unknown) =>
    isRecord(block) && typeof block["text"] === "string" ? [block["text"]] : [],
  );
}
