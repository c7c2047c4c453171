import { deflateSync } from "node:zlib";
import { isRecord } from "../domain/json.ts";
import { httpError } from "./faults.ts";
import type { HttpReply } from "./reply.ts";

/** What is asked of the image endpoint: a prompt, and whatever else Codex sends along. */
export interface ImageRequest {
  /** `generations`, or `edits` where images came with it. */
  readonly path: string;
  readonly prompt: string;
  readonly body: string;
}

/** Answers an image request: the bytes of an image, or an error. */
export type ImageScript = (request: ImageRequest) => Buffer | HttpReply | Promise<Buffer | HttpReply>;

/** The reply of the Images API with one image. */
export function imageReply(image: Buffer): HttpReply {
  return {
    kind: "http",
    status: 200,
    body: JSON.stringify({ created: 0, data: [{ b64_json: image.toString("base64") }] }),
    headers: { "content-type": "application/json" },
  };
}

/** What an image script answers, as an HTTP reply; without a script there is no such endpoint. */
export async function answerImage(
  script: ImageScript | undefined,
  request: ImageRequest,
): Promise<HttpReply> {
  if (script === undefined) return httpError(404, { error: { message: "No images are scripted." } });
  const answer = await script(request);
  return Buffer.isBuffer(answer) ? imageReply(answer) : answer;
}

/** Reads a request of Codex's image tool: JSON, or a form when images came along. */
export function readImageRequest(path: string, body: string): ImageRequest {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    // A form; its parts are not needed.
  }
  const prompt = isRecord(parsed) && typeof parsed["prompt"] === "string" ? parsed["prompt"] : "";
  return { path, prompt, body };
}

/** A PNG of one colour, whole and valid, for a rehearsal. Colours are red, green and blue from 0 to 255. */
export function plainPng(width: number, height: number, colour: readonly [number, number, number]): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // Eight bits a colour, three colours, no interlacing.
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.of(0), ...Array.from({ length: width }, () => Buffer.from(colour))]);
  const pixels = Buffer.concat(Array.from({ length: height }, () => row));
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(pixels)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** The checksum of PNG; `zlib.crc32` came with Node 22. */
function crc32(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}
