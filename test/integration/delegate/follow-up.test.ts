import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { command, message } from "../../../src/rehearsal/replies.ts";
import { sequence } from "../../../src/rehearsal/script.ts";
import { startCliWorld } from "../../support/cli-world.ts";
import { verifies } from "../../support/requirements.ts";
import { filesOf, stateOf, withPrograms } from "./support.ts";

const committed = { "a.txt": "one\n", "b.txt": "b\n" };

describe("a reply to a delegated task", () => {
  verifies("delegate.follow_up", "takes back with its patch what Codex took back", async () => {
    const script = () =>
      sequence(
        command("echo first > a.txt; echo new > new.txt; echo two > b.txt"),
        message("First."),
        command("echo one > a.txt; rm new.txt"),
        message("Second."),
      );
    const world = await startCliWorld(script, { committed });
    const start = stateOf(world.workspace);
    const first = (await world.run(["delegate", "--json", "Change it"], withPrograms)).envelope.job?.id ?? "";
    expect((await world.run(["apply", first, "--yes"])).exitCode).toBe(0);
    const between = stateOf(world.workspace);
    const later = (await world.run(["reply", first, "Back", "--json"], withPrograms)).envelope.job?.id ?? "";
    const unconfirmed = await world.run(["apply", later]);
    expect(unconfirmed.stderr.replaceAll(/\s+/g, " ")).toContain("new.txt (deleted)");
    const applied = await world.run(["apply", later, "--yes", "--json"]);
    expect(applied.envelope.summary).toContain("to 3 files");
    expect(applied.envelope.patch?.files.map(({ path, status }) => [path, status])).toEqual([
      ["b.txt", "modified"],
      ["a.txt", "modified"],
      ["new.txt", "deleted"],
    ]);
    expect(Object.keys(filesOf(world.workspace))).toEqual(["a.txt", "b.txt"]);
    expect(filesOf(world.workspace)["a.txt"]).toBe(start["a.txt"]);
    expect((await world.run(["undo", later])).exitCode).toBe(0);
    expect(stateOf(world.workspace)).toEqual(between);
    writeFileSync(join(world.workspace, "new.txt"), "mine\n");
    const beside = await world.run(["apply", later, "--yes", "--json"]);
    expect(beside.envelope.summary).toMatch(/to 2 files\. .* stay as they are: new\.txt\.$/);
    expect((await world.run(["undo", later])).exitCode).toBe(0);
    writeFileSync(join(world.workspace, "new.txt"), "new\n");
    expect((await world.run(["undo", first])).exitCode).toBe(0);
    expect(stateOf(world.workspace)).toEqual(start);
  });
});
