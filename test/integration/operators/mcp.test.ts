import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { command, message } from "../../../src/rehearsal/replies.ts";
import { sequence } from "../../../src/rehearsal/script.ts";
import { makeHome } from "../../support/homes.ts";
import { startMcpWorld } from "../../support/mcp-world.ts";
import { verifies } from "../../support/requirements.ts";
import { startInTerminal } from "../../support/terminal.ts";
import { operatorText, saysOk, scratchPathsIn } from "./support.ts";

const worker = () =>
  sequence((request) => command(`printf '[1]' > '${scratchPathsIn(request)[0]}'`), message(saysOk));

describe("the tool task with an operator", () => {
  verifies("operator.mcp", "writes with write: true only, and inside the client's folders", async () => {
    const world = await startMcpWorld(worker, { changed: { "in.csv": "a\n1\n" } });
    const client = await world.connect();
    const inputs = { input: "in.csv", output: "out.json" };
    const reading = await client.call("task", { operator: "transform", inputs });
    expect(reading.isError).toBe(true);
    expect(reading.text).toMatch(/`write` is not true/);
    const outside = { input: "in.csv", output: join(makeHome("outside"), "out.json") };
    const leading = await client.call("task", { operator: "transform", inputs: outside, write: true });
    expect(leading.text).toMatch(/leads out of the folders/);
    const both = await client.call("task", { operator: "transform", task: "x", inputs });
    expect(both.text).toMatch(/exclude each other/);
    expect(world.records()).toEqual([]);
    const { isError, text, stub } = await client.call("task", { operator: "transform", inputs, write: true });
    expect([isError, text]).toEqual([false, expect.stringContaining("all checks passed")]);
    expect(stub).toMatchObject({ kind: "operator", status: "succeeded" });
    expect(readFileSync(join(world.workspace, "out.json"), "utf8")).toBe("[1]");
  });

  verifies(
    "operator.accepted",
    "a person accepts on a terminal, and again after a file of it changed",
    async () => {
      const world = await startMcpWorld(worker);
      const folder = join(world.workspace, ".tandem", "operators");
      mkdirSync(folder, { recursive: true });
      const text = operatorText("own", { prompt: { file: "./task.md" }, outputs: { x: { path: "x.json" } } });
      writeFileSync(join(folder, "own.yaml"), text);
      writeFileSync(join(folder, "task.md"), "Make x.");
      const client = await world.connect();
      const call = async () => client.call("task", { operator: "own", write: true });
      expect((await call()).text).toMatch(/nobody has accepted/);
      const no = startInTerminal(world, ["operator", "run", "own"]);
      await no.waitFor("[y/N]");
      no.type("n\r");
      expect(await no.ended).toBe(2);
      expect(world.records()).toEqual([]);
      const yes = startInTerminal(world, ["operator", "run", "own"]);
      expect(await yes.waitFor("[y/N]")).toContain("Make x.");
      yes.type("y\r");
      expect(await yes.ended).toBe(0);
      expect(existsSync(join(world.workspace, "x.json"))).toBe(true);
      const accepted = await client.call("task", { operator: "own", write: true, overwrite: true });
      expect(accepted.text).toMatch(/all checks passed/);
      writeFileSync(join(folder, "task.md"), "Make something else.");
      const changed = await client.call("task", { operator: "own", write: true, overwrite: true });
      expect(changed.text).toMatch(/nobody has accepted/);
    },
  );
});
