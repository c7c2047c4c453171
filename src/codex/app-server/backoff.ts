import { RemoteError } from "./peer.ts";

/** JSON-RPC code of "Server overloaded; retry later.": more than about 128 requests wait on the connection (Codex 0.169). */
const overloadedCode = -32001;
/** Whoever used a thread last has just left it, and Codex unloads it at this moment (0.169; it has no code of its own for that). */
const closing = /\bis closing; retry\b/;
const attempts = 6;
const firstDelayMs = 50;

interface BackoffWorld {
  /** Waits; replaced in tests. */
  readonly wait: (ms: number) => Promise<void>;
  /** 0 to 1. */
  readonly random: () => number;
}

const world: BackoffWorld = {
  wait: async (ms) => {
    await new Promise((resolve) => {
      setTimeout(resolve, ms);
    });
  },
  random: Math.random,
};

/**
 * Repeats a request that the app-server was too busy for, or whose thread it is about to unload, with growing, jittered delays. Other
 * errors pass through.
 */
export async function withBackoff<Result>(
  request: () => Promise<Result>,
  { wait, random }: BackoffWorld = world,
): Promise<Result> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await request();
    } catch (error) {
      if (!isPassing(error) || attempt + 1 >= attempts) throw error;
      await wait(firstDelayMs * 2 ** attempt * (0.5 + random()));
    }
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof RemoteError && (error.code === overloadedCode || closing.test(error.message));
}
