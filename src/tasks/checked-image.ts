import { messageOf, TandemError } from "../domain/errors/tandem-error.ts";
import { imageType } from "../evidence/image-type.ts";
import { isWholeImage } from "../evidence/whole-image.ts";
import { withRegularFile } from "./regular-file.ts";

/** An image that can be sent. */
export interface CheckedImage {
  readonly path: string;
  readonly bytes: number;
}

/** Codex goes on without an image that it cannot read and tells nobody (0.169), so it is looked at here. */
export async function checkImage(path: string): Promise<CheckedImage> {
  try {
    return await withRegularFile(path, async (handle, { size }) => {
      const image = await handle.readFile();
      const type = imageType(image);
      if (type === undefined) throw new Error("it is not a PNG, JPEG, GIF or WebP image");
      if (!isWholeImage(type, image)) throw new Error("the image is cut off: its last part is missing");
      return { path, bytes: size };
    });
  } catch (error) {
    throw new TandemError("input_unreadable", { path, cause: messageOf(error) });
  }
}
