/** Types of image that Codex can send to a model. */
export type ImageType = "png" | "jpeg" | "gif" | "webp";

const signatures: readonly { readonly type: ImageType; readonly pattern: RegExp }[] = [
  { type: "png", pattern: /^\x89PNG\r\n[^]\n/ },
  { type: "jpeg", pattern: /^\xff\xd8\xff/ },
  { type: "gif", pattern: /^GIF8[79]a/ },
  { type: "webp", pattern: /^RIFF[^]{4}WEBP/ },
];

/** The type of an image by its first bytes (12 are enough), whatever its name says. */
export function imageType(start: Buffer): ImageType | undefined {
  const text = start.toString("latin1", 0, 12);
  return signatures.find(({ pattern }) => pattern.test(text))?.type;
}
