import type { ImageType } from "./image-type.ts";

/**
 * True when the last part of an image is there; bytes behind it do no harm. Codex 0.169 leaves out an image that it cannot decode
 * and tells nobody, and a file that was cut off while it was copied is the most frequent of those.
 */
export function isWholeImage(type: ImageType, image: Buffer): boolean {
  switch (type) {
    case "png":
      return holds(image, "IEND\xaeB`\x82");
    case "jpeg":
      return holds(image, "\xff\xd9");
    case "gif":
      return holds(image, "\x00\x3b");
    case "webp":
      return image.length >= 12 && image.readUInt32LE(4) + 8 <= image.length;
  }
}

function holds(image: Buffer, mark: string): boolean {
  return image.includes(Buffer.from(mark, "latin1"));
}
