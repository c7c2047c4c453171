import { open } from "node:fs/promises";
import { messageOf, TandemError } from "../domain/errors/tandem-error.ts";
import { imageType } from "../evidence/image-type.ts";

/** An image that can be sent. */
export interface CheckedImage {
  readonly path: string;
  readonly bytes: number;
}

/** Codex goes on without an image that it cannot read and tells nobody (0.169), so it is looked at here. */
export async function checkImage(path: string): Promise<CheckedImage> {
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
