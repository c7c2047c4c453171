import { createHash } from "node:crypto";
import { isRecord } from "../domain/json.ts";

/** What a file or text was, so that a change of it is seen. */
export interface Digest {
  readonly bytes: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/** The digest of a text (as UTF-8) or of bytes. */
export function digestOf(content: string | Uint8Array): Digest {
  const bytes = typeof content === "string" ? Buffer.byteLength(content) : content.byteLength;
  return { bytes, sha256: createHash("sha256").update(content).digest("hex") };
}

export function isSameDigest(one: Digest, other: Digest): boolean {
  return one.bytes === other.bytes && one.sha256 === other.sha256;
}

/** True for a digest as it is stored. */
export function isDigest(value: unknown): value is Digest {
  if (!isRecord(value) || !isSha256(value["sha256"])) return false;
  const { bytes } = value;
  return typeof bytes === "number" && Number.isSafeInteger(bytes) && bytes >= 0;
}

/** True for a SHA-256 in the one form in which it is written. */
export function isSha256(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}
