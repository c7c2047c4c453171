import { RemoteError } from "./peer.ts";

/** JSON-RPC code of "Server overloaded; retry later.": more than about 128 requests wait on the connection (Codex 0.169). */
const overloadedCode = -32001;
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

/** Repeats a request that the app-server was too busy for, with growing, jittered delays. Other errors pass through. */
export async function withBackoff<Result>(
  request: () => Promise<Result>,
  { wait, random }: BackoffWorld = world,
): Promise<Result> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await request();
    } catch (error) {
      const busy = error instanceof RemoteError && error.code === overloadedCode;
      if (!busy || attempt + 1 >= attempts) throw error;
      await wait(firstDelayMs * 2 ** attempt * (0.5 + random()));
    }
  }
}
