import { fstatSync, statSync, writeSync } from "node:fs";
import { codeOf } from "../../settings/toml-file.ts";
import { forgivingStream, type TextSink } from "./world.ts";

/**
 * Writes to a file or pipe without Node's streams, which take longer to load than the rest of `status`. A terminal gets the
 * stream: only that knows how wide it is.
 */
export function lightSink(name: "stdout" | "stderr"): TextSink {
  const descriptor = name === "stdout" ? 1 : 2;
  if (mayBeTerminal(descriptor)) return forgivingStream(name);
  return {
    write: (text, done) => {
      const rest = writeNow(descriptor, Buffer.from(text));
      if (rest.length > 0) return forgivingStream(name).write(rest, done);
      done?.();
      return true;
    },
    once: () => undefined,
  };
}

function mayBeTerminal(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor);
    return stats.isCharacterDevice() && stats.rdev !== statSync("/dev/null").rdev;
  } catch {
    // Closed, or a system without such a device: the stream knows what to do with it.
    return true;
  }
}

/** Gives what was not written: a pipe that somebody else made non-blocking may be full. */
function writeNow(descriptor: number, bytes: Buffer): Buffer {
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(descriptor, bytes, written);
  } catch (thrown) {
    const code = codeOf(thrown);
    // The reader went away; nobody is left to tell.
    if (code === "EPIPE") return Buffer.alloc(0);
    if (code !== "EAGAIN") throw thrown;
  }
  return bytes.subarray(written);
}
