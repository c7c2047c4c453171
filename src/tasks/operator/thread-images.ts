import { createHash } from "node:crypto";
import { readdir, readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { findRollout } from "../../codex/exec/find-rollout.ts";
import { isRecord, parseJson } from "../../domain/json.ts";
import { readInside } from "./read-inside.ts";
import type { MadeImage } from "./run-ledger.ts";

/** Where a thread's images are looked for. */
export interface ThreadImages {
  readonly codexHome: string;
  readonly thread?: string;
  /** What Codex reported in this run. */
  readonly reported: readonly MadeImage[];
  /** Names in the thread's folder before this run: an earlier turn's images are not this run's. */
  readonly earlier: readonly string[];
}

/** The folder in which Codex keeps the images of one thread (0.169). */
export function imageFolder(codexHome: string, thread: string): string {
  return join(codexHome, "generated_images", thread);
}

/** The names in the folder of a thread; none when there is no such folder. */
export async function imageNames(codexHome: string, thread: string): Promise<readonly string[]> {
  return readdir(imageFolder(codexHome, thread)).catch(() => []);
}

/**
 * The last image that the thread's own tool made in this run. Looked for in the order of what proves most: the item that Codex reported,
 * whose file has the hash that came with it; the thread's folder, where exactly one file is new; Codex's record of the thread, which
 * holds the image itself. Never "the newest file".
 */
export async function findThreadImages(
  images: ThreadImages,
): Promise<{ content: Buffer; source: string } | { problem: string }> {
  const { codexHome, thread, reported, earlier } = images;
  if (thread === undefined) return { problem: "no thread was started" };
  const folder = await realpath(imageFolder(codexHome, thread)).catch(() => undefined);
  const last = reported.at(-1);
  if (last !== undefined && folder !== undefined) {
    const name = (await readdir(folder)).find(
      (each) => last.path?.endsWith(`/${each}`) === true || each.startsWith(`${last.item}.`),
    );
    const read = name === undefined ? undefined : await readInside(join(folder, name), folder);
    if (read !== undefined && "content" in read && fits(read.content, last)) {
      return { content: read.content, source: `item ${last.item} of thread ${thread}` };
    }
  }
  if (last === undefined && folder !== undefined) {
    const made = (await readdir(folder)).filter((name) => !earlier.includes(name));
    const [only] = made;
    if (only !== undefined && made.length === 1) {
      const read = await readInside(join(folder, only), folder);
      if ("content" in read)
        return { content: read.content, source: `${only} in the folder of thread ${thread}` };
    }
  }
  return fromRollout(images, thread);
}

async function fromRollout(
  { codexHome, reported, earlier }: ThreadImages,
  thread: string,
): Promise<{ content: Buffer; source: string } | { problem: string }> {
  const path = await findRollout(codexHome, thread);
  const lines = path === undefined ? [] : (await readFile(path, "utf8").catch(() => "")).split("\n");
  const last = reported.at(-1);
  for (const line of lines.toReversed()) {
    if (!line.includes("image_gen")) continue;
    const image = imageOf(parseJson(line));
    if (image === undefined || earlier.some((name) => name.startsWith(`${image.item}.`))) continue;
    if (last !== undefined && !fits(image.content, last)) continue;
    return { content: image.content, source: `item ${image.item} in Codex's record of thread ${thread}` };
  }
  return { problem: "the thread has no image of this run" };
}

/** `{type: "event_msg", payload: {type: "item_completed", item: {type: "Extension", kind: "image_gen.generation", id, result}}}` (0.169). */
function imageOf(line: unknown): { readonly item: string; readonly content: Buffer } | undefined {
  const payload = isRecord(line) && line["type"] === "event_msg" ? line["payload"] : undefined;
  const item = isRecord(payload) && payload["type"] === "item_completed" ? payload["item"] : undefined;
  if (!isRecord(item) || item["kind"] !== "image_gen.generation") return undefined;
  const inner = isRecord(item["data"]) ? item["data"] : item;
  const { id, result } = { id: item["id"], result: inner["result"] };
  if (typeof id !== "string" || typeof result !== "string" || result === "") return undefined;
  return { item: id, content: Buffer.from(result, "base64") };
}

function fits(content: Buffer, { sha256 }: MadeImage): boolean {
  return sha256 === undefined || createHash("sha256").update(content).digest("hex") === sha256;
}
