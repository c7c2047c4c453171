import { defineConfig } from "vitest/config";

/** `npm run test:live`: your own Codex, your own login, real tokens. Never part of `npm test` or of CI. */
export default defineConfig({
  test: { include: ["test/live/**/*.live.ts"], testTimeout: 600_000, fileParallelism: false },
});
