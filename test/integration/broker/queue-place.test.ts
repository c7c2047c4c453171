import { spawn } from "@lydell/node-pty";
import { describe, expect, onTestFinished, vi } from "vitest";
import { gate } from "../../../src/rehearsal/gate.ts";
import { message } from "../../../src/rehearsal/replies.ts";
import { startBrokerWorld } from "../../support/broker-world.ts";
import { verifies } from "../../support/requirements.ts";

describe("a command in the queue of a broker", () => {
  verifies("broker.queue", "tells the person at the terminal its place until it has its turn", async () => {
    const thinking = gate();
    const limit = { TANDEM_CONCURRENT_TURNS: "1" };
    const world = await startBrokerWorld(() => message("Done.", { after: thinking }), limit);
    await world.run(["consult", "--background", "a"]);
    await world.run(["consult", "--background", "b"]);
    const { TANDEM_DIRECT: _, ...environment } = world.environment;
    const terminal = spawn(process.execPath, [world.program, "consult", "c"], {
      cwd: world.workspace,
      name: "xterm-256color",
      env: { ...environment, ...limit },
    });
    let shown = "";
    let exitCode: number | undefined;
    terminal.onData((data) => {
      shown += data;
    });
    terminal.onExit((exit) => {
      exitCode = exit.exitCode;
    });
    onTestFinished(() => {
      if (exitCode === undefined) terminal.kill("SIGKILL");
    });
    await vi.waitFor(() => expect(shown).toContain("2nd in the queue"), { timeout: 20_000 });
    thinking.open();
    await vi.waitFor(() => expect(exitCode).toBe(0), { timeout: 20_000 });
    expect(shown).toContain("Done.");
  });
});
