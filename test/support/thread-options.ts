import type { ThreadOptions } from "../../src/codex/engine.ts";

/** What a thread of the tests starts with, where a test says nothing else: it reads, and nothing of it stays. */
export function readOnlyThread(cwd: string, changes: Partial<ThreadOptions> = {}): ThreadOptions {
  return {
    cwd,
    workTreeRoot: cwd,
    tier: "read-only",
    network: false,
    ephemeral: true,
    untrusted: false,
    environment: {},
    mcpServers: [],
    overrides: [],
    ...changes,
  };
}
