import { vi } from "vitest";

/** A process warning in a test (deprecated call, leaked listener, unhandled rejection) is a fault. */
process.on("warning", (warning) => {
  throw warning;
});

// Vitest 4 waits for a second, which a busy machine does not always keep. Nobody waits for what is never to come.
const { waitFor } = vi;
vi.waitFor = async (callback, options) =>
  waitFor(callback, typeof options === "number" ? options : { timeout: 20_000, ...options });
