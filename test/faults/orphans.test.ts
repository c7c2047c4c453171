import { describe, expect } from "vitest";
import type { RehearsalHomeOptions } from "../../src/rehearsal/rehearsal-home.ts";
import { command, message } from "../../src/rehearsal/replies.ts";
import { sequence } from "../../src/rehearsal/script.ts";
import { processesNaming, runTurn } from "../support/app-server-world.ts";
import { endExecWorldsAfterEach, startExecWorld } from "../support/exec-world.ts";
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
      const [pid = 0] = world.pids();
      process.kill(pid, "SIGKILL");
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
