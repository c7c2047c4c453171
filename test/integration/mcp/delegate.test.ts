import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { command, message } from "../../../src/rehearsal/replies.ts";
import { sequence } from "../../../src/rehearsal/script.ts";
import { startMcpWorld } from "../../support/mcp-world.ts";
import { verifies } from "../../support/requirements.ts";
import { stateOf, withPrograms } from "../delegate/support.ts";

const committed = { "a.txt": "one\n" };

describe("delegate", () => {
  verifies("mcp.delegate", "gives a patch, and only a person's command applies it", async () => {
    const script = () =>
      sequence(
        command("echo two > a.txt; cat new.txt"),
        message("Changed it."),
        command("echo three >> a.txt"),
        message("And more."),
      );
    const world = await startMcpWorld(script, { committed, changed: { "new.txt": "untracked\n" } });
    const before = stateOf(world.workspace);
    const client = await world.connect(withPrograms);
    const given = { task: "Change it", includeUntracked: true, checks: ["grep -q two a.txt"] };
    const { text, isError, stub } = await client.call("delegate", given);
    expect(isError).toBe(false);
    expect(stub).toMatchObject({ ok: true, kind: "delegate", status: "succeeded" });
    expect(text).toContain("Patch (1 file, +1 -1)");
    expect(text).toContain("-one\n+two");
    expect(text).toContain("Applies: yes");
    expect(text).toContain("Checks: 1 of 2 passed");
    expect(JSON.stringify(world.model.requests.at(-1)?.input)).toContain("untracked");
    expect(stateOf(world.workspace)).toEqual(before);
    expect(
      (await client.listTools()).map(({ name }) => name).filter((name) => /apply|undo|discard/.test(name)),
    ).toEqual([]);
    const id = world.records().at(-1)?.id.slice(-6) ?? "";
    const further = await client.call("reply", { job: id, text: "And more" });
    expect(further.text).toContain("+two\n+three");
    expect(stateOf(world.workspace)).toEqual(before);
    // What a client asks for later is true then.
    expect((await client.call("result", { job: id })).text).toContain("Applies: yes");
    expect((await world.run(["apply", id, "--yes"])).exitCode).toBe(0);
    expect(readFileSync(join(world.workspace, "a.txt"), "utf8")).toBe("two\n");
    expect((await client.call("result", { job: id })).text).toContain("Applies: not as it is");
  });

  verifies("mcp.delegate", "is refused without a repository, and a dry run makes nothing", async () => {
    const world = await startMcpWorld(() => message("never"));
    const client = await world.connect();
    expect(await client.call("delegate", { task: "Change it" })).toMatchObject({
      isError: true,
      stub: { error: "not_a_git_repo" },
    });
    const repository = await startMcpWorld(() => message("never"), { committed });
    const other = await repository.connect();
    const { text, isError } = await other.call("delegate", { task: "Change it", dryRun: true });
    expect(isError).toBe(false);
    expect(text).toContain("with 1 tracked files");
    expect(repository.records()).toEqual([]);
    expect([...world.model.requests, ...repository.model.requests]).toEqual([]);
  });
});
