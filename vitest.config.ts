import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    setupFiles: ["test/support/setup.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // As vi.waitFor in test/support/setup.ts: the usual second is not always kept by a busy machine.
    expect: { poll: { timeout: 20_000 } },
  },
});
