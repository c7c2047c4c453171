import type { ImageType } from "../image-type.ts";

/** What an image says of itself in its first bytes. */
export interface ImageFacts {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** It can hold transparent parts; undefined where its type does not tell without decoding. */
  readonly alpha?: boolean;
}

/** Reads size and transparency of an image; undefined when its head is not whole. Nothing is decoded. */
export function imageFacts(type: ImageType, image: Buffer): ImageFacts | undefined {
  try {
    const facts = readers[type](image);
    return facts !== undefined && facts.width > 0 && facts.height > 0 ? facts : undefined;
  } catch {
    // Shorter than its head says.
    return undefined;
  }
}

const readers: Readonly<Record<ImageType, (image: Buffer) => ImageFacts | undefined>> = {
  png: readPng,
  jpeg: readJpeg,
  gif: (image) => ({ width: image.readUInt16LE(6), height: image.readUInt16LE(8) }),
  webp: readWebp,
};

function readPng(image: Buffer): ImageFacts | undefined {
  if (image.toString("latin1", 12, 16) !== "IHDR") return undefined;
  const colour = image.readUInt8(25);
  return {
    width: image.readUInt32BE(16),
    height: image.readUInt32BE(20),
    // Grey with alpha, colour with alpha, or a chunk that names transparent colours.
    alpha: colour === 4 || colour === 6 || image.includes("tRNS"),
  };
}

/** The first frame header; segments before it are skipped by their lengths. */
function readJpeg(image: Buffer): ImageFacts | undefined {
  for (let offset = 2; offset + 9 < image.length; ) {
    if (image[offset] !== 0xff) return undefined;
    const marker = image[offset + 1] ?? 0;
    if (marker === 0xff) {
      offset += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      return { width: image.readUInt16BE(offset + 7), height: image.readUInt16BE(offset + 5), alpha: false };
    }
    offset += 2 + image.readUInt16BE(offset + 2);
  }
  return undefined;
}

function readWebp(image: Buffer): ImageFacts | undefined {
  switch (image.toString("latin1", 12, 16)) {
    case "VP8 ":
      return {
        width: image.readUInt16LE(26) & 0x3fff,
        height: image.readUInt16LE(28) & 0x3fff,
        alpha: false,
      };
    case "VP8L": {
      const bits = image.readUInt32LE(21);
      return {
        width: (bits & 0x3fff) + 1,
        height: ((bits >>> 14) & 0x3fff) + 1,
        alpha: (bits & 0x10000000) !== 0,
      };
    }
    case "VP8X":
      return {
        width: image.readUIntLE(24, 3) + 1,
        height: image.readUIntLE(27, 3) + 1,
        alpha: ((image[20] ?? 0) & 0x10) !== 0,
      };
    default:
      return undefined;
  }
}
