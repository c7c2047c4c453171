import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, vi } from "vitest";
import { codexBinary } from "../rehearsal/codex-exec.ts";
import { processesNaming } from "../support/app-server-world.ts";
import { bundleFixture } from "../support/bundle.ts";
import { endFixturesAfterEach, startFixture } from "../support/fixture-process.ts";
import { makeHome } from "../support/homes.ts";
import { verifies } from "../support/requirements.ts";

const owner = await bundleFixture(join(import.meta.dirname, "fixtures", "sandbox-owner.ts"));
endFixturesAfterEach();

function makePlace() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tandem-sandboxed-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return { codex: codexBinary(), home: makeHome("sandboxed"), folder };
}

describe("a command in Codex's sandbox", () => {
  verifies("codex.sandboxed", "finds nothing at its input, and its end and output are told", async () => {
    const command = "cat; printf 'all of it'; exit 3";
    const run = startFixture(owner, [JSON.stringify({ ...makePlace(), command })]);
    expect(JSON.parse(await run.nextLine())).toEqual({ end: "exit code 3", output: "all of it" });
    expect(await run.ended()).toBe(0);
  });

  verifies("codex.sandboxed", "is gone with all that it started when it is stopped at any time", async () => {
    const command = "(setsid sleep 1000 &) ; sleep 1000";
    const times = [0, 5, 10, 15, 20, 25, 30, 200];
    await Promise.all(
      times.map(async (ms) => {
        const place = makePlace();
        const run = startFixture(owner, [JSON.stringify({ ...place, command }), String(ms)]);
        // What its own start printed when it was cut short is nobody's business.
        expect(JSON.parse(await run.nextLine())).toMatchObject({ end: "the run was stopped" });
        await run.ended();
        expect(processesNaming(place.folder, place.home)).toEqual([]);
      }),
    );
  });

  verifies("codex.sandboxed", "is not begun when we die before its guardian knows of it", async () => {
    const place = makePlace();
    const command = "touch begun; sleep 1000";
    const run = startFixture(owner, [JSON.stringify({ ...place, command }), "crash"]);
    expect(await run.ended()).toBeNull();
    await vi.waitFor(() => expect(processesNaming(place.folder, place.home)).toEqual([]), { interval: 20 });
    expect(existsSync(join(place.folder, "begun"))).toBe(false);
  });
});
