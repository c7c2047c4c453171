import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { gate } from "../../../src/rehearsal/gate.ts";
import { command, message } from "../../../src/rehearsal/replies.ts";
import { sequence } from "../../../src/rehearsal/script.ts";
import { startCliWorld } from "../../support/cli-world.ts";
import { verifies } from "../../support/requirements.ts";
import { canMakeDisk, filled, onSmallDisk, readRun } from "../../support/small-disk.ts";
import { stateOf, withPrograms } from "./support.ts";

describe("a delegated task on a full disk", () => {
  verifies("delegate.untouched", "is refused before any spend when its work tree has no room", async () => {
    if (!canMakeDisk) return;
    const world = await startCliWorld(() => message("never"), {
      committed: { "a.txt": "one\n", "large.bin": randomBytes(3_000_000) },
      changed: { "a.txt": "mine\n" },
    });
    const before = stateOf(world.workspace);
    const { stdout } = await world.run(["delegate", "--json", "Change it"], {
      ...withPrograms,
      wrapper: await onSmallDisk(world, "", "2m"),
    });
    const { envelope, exitCode } = readRun(stdout);
    expect(envelope).toMatchObject({ ok: false, error: { kind: "disk_full" } });
    expect(exitCode).toBe(4);
    expect(world.model.requests).toEqual([]);
    expect(stateOf(world.workspace)).toEqual(before);
  });

  verifies("delegate.untouched", "says where the work is when its patch has no room", async () => {
    if (!canMakeDisk) return;
    const thinking = gate();
    const world = await startCliWorld(
      () => sequence(command("echo by codex > a.txt"), message("Done.", { after: thinking })),
      { committed: { "a.txt": "one\n" }, changed: { "a.txt": "mine\n" } },
    );
    const before = stateOf(world.workspace);
    const running = world.start(["delegate", "--json", "Change it"], {
      ...withPrograms,
      wrapper: await onSmallDisk(world, "", "4m"),
    });
    await world.model.waitForRequest(2);
    // Seen from outside of its namespace, the disk is below the root of a process in it.
    const inside = join("/proc", String(running.pid), "root", world.stateRoot, "fill");
    await expect(writeFile(inside, filled)).rejects.toThrow("ENOSPC");
    thinking.open();
    const { envelope } = readRun((await running.ended).stdout);
    expect(envelope).toMatchObject({ ok: false, error: { kind: "disk_full" } });
    expect(envelope.run?.warnings.join("\n")).toContain("The work is still in ");
    expect(stateOf(world.workspace)).toEqual(before);
  });
});
