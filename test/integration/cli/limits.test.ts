import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { message } from "../../../src/rehearsal/replies.ts";
import type { StreamReply } from "../../../src/rehearsal/reply.ts";
import { surfaceFingerprint } from "../../../src/setup/surface-fingerprint.ts";
import { makeHome } from "../../support/homes.ts";
import { rootsOf, startMcpWorld } from "../../support/mcp-world.ts";
import { verifies } from "../../support/requirements.ts";

const inAnHour = Math.floor(Date.now() / 1_000) + 3_600;

/** An answer with the headers in which a provider tells Codex 0.169 of its limits. */
const limited = (usedPercent: number): StreamReply => ({
  ...message("Yes."),
  headers: {
    "x-codex-primary-used-percent": `${usedPercent}`,
    "x-codex-primary-window-minutes": "300",
    "x-codex-primary-reset-at": `${inAnHour}`,
    "x-codex-secondary-used-percent": "7",
    "x-codex-secondary-window-minutes": "10080",
    "x-codex-secondary-reset-at": `${inAnHour + 90_000}`,
  },
});

describe("the limits of an account", () => {
  verifies("cli.limits_known", "are what the last run was told, in both texts and as JSON", async () => {
    const percents = [61.6, 64];
    const world = await startMcpWorld(() => () => limited(percents.shift() ?? 0));
    await world.run(["consult", "One?"]);
    const { stdout } = await world.run(["status"]);
    expect(stdout.replace(/\n {10}/g, " ")).toMatch(
      /^Limits {4}62% of 5 h used \(\d+m\d+s left\), 7% of 7 days used \(1d0[12]h left\), told (?:.* ago|just now)$/m,
    );
    await world.run(["consult", "Two?"]);
    const { envelope } = await world.run(["status", "--json"]);
    expect(envelope.readiness?.limits).toEqual({
      at: expect.any(String),
      windows: [
        { minutes: 300, usedPercent: 64, resetsAt: new Date(inAnHour * 1_000).toISOString() },
        {
          minutes: 10_080,
          usedPercent: 7,
          resetsAt: new Date((inAnHour + 90_000) * 1_000).toISOString(),
        },
      ],
    });
    const client = await world.connect(rootsOf(world.workspace));
    const { text } = await client.call("status");
    expect(text).toMatch(/^Limits {4}64% of 5 h used/m);
    expect(text).toContain(`Surface   ${surfaceFingerprint()}`);
    for (const { id } of world.records()) {
      expect(readFileSync(join(world.stateRoot, "jobs", id, "events.jsonl"), "utf8")).not.toContain("limits");
    }
  });

  verifies("cli.limits_known", "are said of no other account, and not when they are over", async () => {
    const world = await startMcpWorld(() => () => limited(61));
    const path = join(world.stateRoot, "limits.json");
    const shown = async (environment = {}) =>
      (await world.run(["status", "--json"], { environment })).envelope.readiness?.limits;
    expect(await shown()).toBeUndefined();
    await world.run(["consult", "One?"]);
    expect(await shown()).toMatchObject({ windows: [{ usedPercent: 61 }, { usedPercent: 7 }] });
    expect(await shown({ CODEX_HOME: makeHome("another") })).toBeUndefined();
    const known = JSON.parse(readFileSync(path, "utf8"));
    const [first, second] = known.windows;
    const over = { ...first, resetsAt: "2026-01-01T00:00:00.000Z" };
    writeFileSync(path, JSON.stringify({ ...known, windows: [over, second] }));
    expect(await shown()).toMatchObject({ windows: [{ usedPercent: 7 }] });
    for (const text of ["", "{}", JSON.stringify({ ...known, windows: [{ usedPercent: "all" }] })]) {
      writeFileSync(path, text);
      expect(await shown()).toBeUndefined();
    }
  });

  verifies("cli.limits_known", "are unknown where the provider tells of none", async () => {
    const world = await startMcpWorld(() => message("Yes."));
    await world.run(["consult", "One?"]);
    expect(existsSync(join(world.stateRoot, "limits.json"))).toBe(false);
    expect((await world.run(["status"])).stdout).not.toContain("Limits");
  });
});
