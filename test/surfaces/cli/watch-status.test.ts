import { expect } from "vitest";
import { watchStatusCommand } from "../../../src/surfaces/cli/commands/watch-status.ts";
import type { CliWorld } from "../../../src/surfaces/cli/world.ts";
import { createSample, makeFolder, openTestStore, sampleResult } from "../../jobs/support.ts";
import { testEnvironment } from "../../support/environment.ts";
import { verifies } from "../../support/requirements.ts";

verifies(
  "life.answer",
  "the status that is shown again and again ends with how the job ended, also when that comes while one is printed",
  async () => {
    const { root, store } = openTestStore();
    const id = await createSample(store);
    await store.update(id, { status: "running" });
    const shown: string[] = [];
    const stdout = {
      once: () => undefined,
      write: (text: string, done?: () => void) => {
        shown.push(text);
        const taken = async () => {
          if (shown.length === 1) await store.finish(id, { status: "succeeded", envelope: sampleResult });
          done?.();
        };
        void taken();
        return true;
      },
    };
    // What a status does not look at is left out.
    const world = {
      stdout,
      stderr: { write: () => true },
      environment: testEnvironment({ TANDEM_HOME: root }),
      home: makeFolder(),
      cwd: makeFolder(),
      platform: process.platform,
    } as unknown as CliWorld;
    expect(await watchStatusCommand(id, { json: true }, world)).toBe(0);
    const statuses = shown.map((text) => (JSON.parse(text) as { job: { status: string } }).job.status);
    expect(statuses).toEqual(["running", "succeeded"]);
  },
);
