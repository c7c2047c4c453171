import { readFile } from "node:fs/promises";
import { messageOf, TandemError } from "../../domain/errors/tandem-error.ts";
import type { UserInput } from "../protocol/generated.ts";

/** First bytes of the kinds of images that Codex takes. */
const kinds: readonly [start: RegExp, mediaType: string][] = [
  [/^89504e470d0a1a0a/, "image/png"],
  [/^ffd8ff/, "image/jpeg"],
  [/^47494638/, "image/gif"],
  [/^52494646.{8}57454250/, "image/webp"],
];

/**
 * An image of ours as input of a turn. An app-server elsewhere gets its bytes: it would look for the path on its own machine, and go
 * on without the image where there is none (Codex 0.169). Throws `input_unreadable`.
 */
export async function imageInput(path: string, isElsewhere: boolean): Promise<UserInput> {
  if (!isElsewhere) return { type: "localImage", path };
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new TandemError("input_unreadable", { path, cause: messageOf(error) }, { cause: error });
  }
  const start = bytes.toString("hex", 0, 12);
  const mediaType = kinds.find(([pattern]) => pattern.test(start))?.[1];
  if (mediaType === undefined) {
    throw new TandemError("input_unreadable", { path, cause: "it is no PNG, JPEG, GIF or WebP image" });
  }
  return { type: "image", url: `data:${mediaType};base64,${bytes.toString("base64")}` };
}
