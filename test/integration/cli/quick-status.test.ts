import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { openJobStore } from "../../../src/jobs/store.ts";
import { message } from "../../../src/rehearsal/replies.ts";
import { sampleRequest, sampleResult, sampleTandem } from "../../jobs/samples.ts";
import { type CliWorld, startCliWorld } from "../../support/cli-world.ts";
import { makeHome } from "../../support/homes.ts";
import { verifies } from "../../support/requirements.ts";

/** What of Node takes longer to load than `status` may take, by Node's own names. */
const heavy = /^NativeModule (?:crypto|child_process|net|tty|stream|os|readline|internal\/fs\/promises)$/;

describe("tandem status", () => {
  verifies("start.status", "loads nothing heavy, also with a running job", async () => {
    const world = await startCliWorld(() => message("Hello."));
    await storeJobs(world);
    // The first one asks Codex for its version.
    await world.run(["status"]);
    const loaded = await modulesOf(world, ["status"]);
    expect(loaded.filter((name) => heavy.test(name))).toEqual([]);
    // The same look at the whole program finds some.
    const ofWhole = await modulesOf(world, ["--json", "status"]);
    expect(ofWhole.filter((name) => heavy.test(name))).not.toEqual([]);
  });

  verifies("start.status", "tells the same as the whole program", async () => {
    const world = await startCliWorld(() => message("Hello."));
    const ids = await storeJobs(world);
    for (const words of [["status"], ["status", "--all"], ["status", ids[0] ?? ""], ["status", "zzzzzz"]]) {
      // An option in front leads past the program that is for status alone.
      const quick = await world.run([...words, "--json"]);
      const whole = await world.run(["--json", ...words]);
      expect(quick.envelope).toEqual(whole.envelope);
      expect(quick.exitCode).toBe(whole.exitCode);
    }
  });
});

/** An ended job and one whose owner, this process, lives. */
async function storeJobs({ stateRoot, workspace }: CliWorld): Promise<readonly string[]> {
  const store = openJobStore(stateRoot, {
    tandem: sampleTandem,
    reportProblem: ({ message: problem }) => expect.fail(problem),
  });
  const [ended, running] = [
    await store.create({ request: sampleRequest, workspace }),
    await store.create({ request: sampleRequest, workspace }),
  ];
  await store.update(ended.id, { status: "running" });
  await store.finish(ended.id, { status: "succeeded", envelope: sampleResult });
  return [ended.id, running.id];
}

/** Names of the modules of Node that a command has loaded at its end. */
async function modulesOf(world: CliWorld, words: readonly string[]): Promise<readonly string[]> {
  const folder = makeHome("modules");
  const [hook, list] = [join(folder, "hook.cjs"), join(folder, "list.json")];
  const write = `require("fs").writeFileSync(${JSON.stringify(list)}, JSON.stringify(process.moduleLoadList))`;
  writeFileSync(hook, `process.on("exit", () => ${write});`);
  const { exitCode } = await world.run(words, { environment: { NODE_OPTIONS: `--require=${hook}` } });
  expect(exitCode).toBe(0);
  return JSON.parse(readFileSync(list, "utf8")) as readonly string[];
}
