import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { systemWorld } from "../../src/jobs/state-world.ts";
import { printResult } from "../../src/jobs/stored-files.ts";
import { bundleFixture } from "../support/bundle.ts";
import { endFixturesAfterEach, startFixture } from "../support/fixture-process.ts";
import { verifies } from "../support/requirements.ts";
import { samplePlan } from "./samples.ts";
import { openTestStore, sampleRequest, sampleResult, workspace } from "./support.ts";

const program = await bundleFixture(join(import.meta.dirname, "fixtures", "starved-reader.ts"));
endFixturesAfterEach();

verifies("jobs.corrupt-aside", "what cannot be opened for the moment is not taken for damaged", async () => {
  if (process.platform === "win32") return;
  const { self, ...world } = systemWorld();
  const { root, store } = openTestStore(undefined, {
    world: { ...world, self: { ...self, startTime: "1" } },
  });
  const request = { ...sampleRequest, idempotencyKey: "key-1" };
  const { id } = await store.create({ request, plan: samplePlan, workspace });
  await store.update(id, { status: "running" });
  await store.finish(id, { status: "succeeded", envelope: sampleResult });
  // Its owner was killed when the result had landed and the record did not say so yet.
  const lost = await store.create({ request: sampleRequest, plan: samplePlan, workspace });
  await store.update(lost.id, { status: "running" });
  const folder = store.foldersOf(lost.id).job;
  writeFileSync(join(folder, "result.json"), printResult({ ...sampleResult, answer: "landed" }), {
    mode: 0o600,
  });

  const few = ["bash", "-c", 'ulimit -n 60; exec "$0" "$@"'];
  const reader = startFixture(program, [root, id, lost.id], few);
  expect(JSON.parse(await reader.nextLine())).toMatchObject({
    kinds: {
      read: "state_unwritable",
      result: "state_unwritable",
      request: "state_unwritable",
      plan: "state_unwritable",
      lost: "state_unwritable",
    },
    whole: {
      result: sampleResult.answer,
      prompt: sampleRequest.prompt,
      engine: samplePlan.engine,
      again: true,
      lost: "succeeded",
      lostAnswer: "landed",
    },
  });
  expect([id, lost.id].flatMap((job) => readdirSync(store.foldersOf(job).job)).join(" ")).not.toContain(
    "corrupt",
  );
});
