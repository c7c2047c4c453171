import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import { FamilyWatch } from "../../src/codex/family-watch.ts";
import { gate } from "../../src/rehearsal/gate.ts";
import type { RehearsalHomeOptions } from "../../src/rehearsal/rehearsal-home.ts";
import { command, message } from "../../src/rehearsal/replies.ts";
import { sequence } from "../../src/rehearsal/script.ts";
import { processesNaming, runTurn } from "../support/app-server-world.ts";
import { startCliWorld } from "../support/cli-world.ts";
import { endExecWorldsAfterEach, startExecWorld } from "../support/exec-world.ts";
import { makeHome } from "../support/homes.ts";
import { kill } from "../support/kill.ts";
import { endPoolWorldsAfterEach, runOnce, startPoolWorld } from "../support/pool-world.ts";
import { verifies } from "../support/requirements.ts";

endExecWorldsAfterEach();
endPoolWorldsAfterEach();

/** In a session of its own, and without its parent before anybody can have looked. */
const script = () => sequence(command("setsid sleep 1001 >/dev/null 2>&1 & true"), message("Done"));
const full = { tier: "danger-full-access", ephemeral: false } as const;

interface Case {
  readonly name: string;
  readonly extraConfig: NonNullable<RehearsalHomeOptions["extraConfig"]>;
  readonly environment: Readonly<Record<string, string>>;
}

const cases: readonly Case[] = [
  { name: "", extraConfig: {}, environment: {} },
  { name: ", with an allow-list", extraConfig: {}, environment: { GREETING: "hello" } },
  {
    name: ", with a user who lets few variables through",
    extraConfig: { shell_environment_policy: { include_only: ["PATH", "HOME"] } },
    environment: {},
  },
];

describe("what a command of full access left running", () => {
  for (const { name, extraConfig, environment } of cases) {
    verifies("pool.family", `ends with the app-server that was killed${name}`, async () => {
      const world = await startPoolWorld(script(), { home: { extraConfig } });
      expect((await runOnce(world, "Go", { thread: { ...full, environment } })).answer).toBe("Done");
      expect(processesNaming(world.home).join()).toContain("sleep 1001");
      kill(world.pids()[0]);
      await world.pool.close();
      expect(processesNaming(world.home)).toEqual([]);
    });

    verifies("exec.family", `ends with the one-shot run${name}`, async () => {
      const world = await startExecWorld(script(), { home: { extraConfig } });
      const session = await world.open({ ...full, environment });
      expect((await runTurn(session, "Go")).answer).toBe("Done");
      expect(processesNaming(world.home)).toEqual([]);
    });
  }
});

describe("what a command of full access left running, when its owner is killed", () => {
  for (const engine of ["app-server", "exec"]) {
    verifies("exec.guardian", `ends with the run (${engine})`, async () => {
      const world = await startCliWorld(() =>
        sequence(command("setsid sleep 1001 >/dev/null 2>&1 & true"), message("never", { after: gate() })),
      );
      const settings = join(makeHome("settings"), "config.toml");
      writeFileSync(settings, "allow_full_access = true\n");
      const words = ["task", "--json", "--engine", engine, "--tier", "danger-full-access", "Go"];
      const asking = world.start(words, { environment: { TANDEM_CONFIG: settings } });
      await world.model.waitForRequest(2);
      expect(world.processes().join()).toContain("sleep 1001");
      kill(world.records()[0]?.owner?.pid);
      expect((await asking.ended).envelope).toMatchObject({ error: { kind: "broker_lost" } });
      await vi.waitFor(() => expect(world.processes()).toEqual([]), { interval: 50 });
    });
  }
});

describe("a command of a run that asks for a run itself", () => {
  verifies("exec.family", "ends with the run; the run that it asked for goes on", async () => {
    const thinking = gate();
    const world = await startCliWorld(() => message("Yes.", { after: thinking }));
    const mark = { TANDEM_FAMILY: "the outer run" };
    const asking = world.start(["consult", "Q"], { environment: mark });
    const id = await asking.job;
    await world.model.waitForRequest(1);
    const hasEnded = () => asking.child.exitCode !== null || asking.child.signalCode !== null;
    expect(await new FamilyWatch({ pid: asking.pid, mark, hasEnded }).end()).toBe(true);
    expect((await asking.ended).signal).toBe("SIGKILL");
    thinking.open();
    const waited = await world.run(["wait", "--json", id]);
    expect(waited).toMatchObject({ exitCode: 0, envelope: { answer: "Yes." } });
  });
});
