import { isUtf8 } from "node:buffer";
import type { FileType } from "../../domain/operator.ts";
import { imageType } from "../image-type.ts";

const marks: readonly { readonly type: FileType; readonly mark: string }[] = [
  { type: "pdf", mark: "%PDF-" },
  { type: "zip", mark: "PK\x03\x04" },
  { type: "gzip", mark: "\x1f\x8b\x08" },
];

/** Media types of what `fileType` tells apart. */
export const mediaTypes: Readonly<Record<FileType, string>> = {
  png: "image/png",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  pdf: "application/pdf",
  zip: "application/zip",
  gzip: "application/gzip",
  json: "application/json",
  text: "text/plain",
};

/** What a file is by its bytes, whatever its name says; undefined for other binary data. JSON is an object or a list. */
export function fileType(content: Buffer): FileType | undefined {
  const image = imageType(content);
  if (image !== undefined) return image;
  const start = content.toString("latin1", 0, 8);
  const marked = marks.find(({ mark }) => start.startsWith(mark));
  if (marked !== undefined) return marked.type;
  if (content.length === 0 || !isUtf8(content) || content.includes(0)) return undefined;
  return isJson(content) ? "json" : "text";
}

function isJson(content: Buffer): boolean {
  const first = content.toString("utf8", 0, 64).trimStart().charAt(0);
  if (first !== "{" && first !== "[") return false;
  try {
    JSON.parse(content.toString("utf8"));
    return true;
  } catch {
    // Text that begins like JSON.
    return false;
  }
}
