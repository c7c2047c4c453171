import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import { gate } from "../../../src/rehearsal/gate.ts";
import { message } from "../../../src/rehearsal/replies.ts";
import { startCliWorld } from "../../support/cli-world.ts";
import { verifies } from "../../support/requirements.ts";
import { canMakeDisk, filled, onSmallDisk, readRun } from "../../support/small-disk.ts";

describe("a full disk", () => {
  verifies("cli.errors", "is told before anything is sent", async () => {
    if (!canMakeDisk) return;
    const world = await startCliWorld(() => message("Nobody asks me."));
    const wrapper = await onSmallDisk(
      world,
      `head -c ${filled.length} /dev/zero > "$TANDEM_HOME/fill" 2> /dev/null`,
    );
    const { stdout, stderr } = await world.run(["consult", "--json", "Q"], { wrapper });
    const { envelope, exitCode, status } = readRun(stdout);
    expect(exitCode).toBe(4);
    expect(envelope).toMatchObject({ ok: false, error: { kind: "disk_full", retryable: true } });
    expect(envelope.error?.repair.say).toContain("Free some space");
    expect(status).toMatchObject({ ok: true, kind: "status" });
    expect(status.jobs?.filter(({ status: state }) => state === "queued" || state === "running")).toEqual([]);
    expect(stderr).toBe("");
    expect(world.model.requests).toEqual([]);
  });

  verifies("cli.errors", "that has room for a job and none for its run is told as one", async () => {
    if (!canMakeDisk) return;
    const world = await startCliWorld(() => message("Nobody asks me."));
    const wrapper = await onSmallDisk(world, 'head -c 480000 /dev/zero > "$TANDEM_HOME/fill"');
    const { stdout } = await world.run(["consult", "--json", "Q"], { wrapper });
    const { envelope, exitCode, status } = readRun(stdout);
    expect(exitCode).toBe(4);
    expect(envelope).toMatchObject({ ok: false, error: { kind: "disk_full", retryable: true } });
    expect(status.jobs).toMatchObject([{ status: "failed", errorKind: "disk_full" }]);
    expect(world.model.requests).toEqual([]);
  });

  verifies("cli.errors", "that comes in the middle of a run costs its journal, not its answer", async () => {
    if (!canMakeDisk) return;
    const thinking = gate();
    // Longer than what the disk still has room for behind the journal.
    const answer = "The answer that was paid for. ".repeat(400).trim();
    const world = await startCliWorld(() => message(answer, { after: thinking }));
    const running = world.start(["consult", "--json", "Q"], { wrapper: await onSmallDisk(world, "") });
    const id = await running.job;
    await world.model.waitForRequest(1);
    // Seen from outside of its namespace, the disk is below the root of a process in it.
    const inside = join("/proc", String(running.pid), "root", world.stateRoot, "fill");
    await expect(writeFile(inside, filled)).rejects.toThrow("ENOSPC");
    thinking.open();
    const { stdout } = await running.ended;
    const { envelope, exitCode, status } = readRun(stdout);
    expect(exitCode).toBe(0);
    expect(envelope).toMatchObject({
      ok: true,
      answer,
      job: { id, status: "succeeded" },
    });
    expect(envelope.run?.warnings.join("\n")).toContain("The record of this run has gaps");
    expect(status.jobs).toMatchObject([{ id, status: "succeeded" }]);
    await vi.waitFor(() => expect(world.processes()).toEqual([]), { interval: 20 });
  });
});
