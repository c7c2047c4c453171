/** Types of image that Codex can send to a model. */
export type ImageType = "png" | "jpeg" | "gif" | "webp";

const signatures: readonly { readonly type: ImageType; readonly at: number; readonly bytes: string }[] = [
  { type: "png", at: 0, bytes: "\x89PNG\r\n\x1a\n" },
  { type: "jpeg", at: 0, bytes: "\xff\xd8\xff" },
  { type: "gif", at: 0, bytes: "GIF8" },
  { type: "webp", at: 8, bytes: "WEBP" },
];

/** The type of an image by its first bytes (12 are enough), whatever its name says. */
export function imageType(start: Buffer): ImageType | undefined {
  return signatures.find(({ at, bytes }) =>
    start.subarray(at, at + bytes.length).equals(Buffer.from(bytes, "latin1")),
  )?.type;
}
