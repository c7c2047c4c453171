import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { makeHome, testRun } from "../support/homes.ts";
import { findLeftovers } from "../support/leftovers.ts";
import { verifies } from "../support/requirements.ts";

describe.runIf(process.platform === "linux")("processes that tests leave behind", () => {
  const run = `run-${randomBytes(6).toString("hex")}`;
  const folder = join(makeHome("leftovers"), run);
  mkdirSync(folder);
  const traces = {
    environment: { env: { MARK: run }, cwd: "/", parameters: [] },
    "command line": { env: {}, cwd: "/", parameters: [run] },
    folder: { env: {}, cwd: folder, parameters: [] },
  };
  for (const [where, { env, cwd, parameters }] of Object.entries(traces)) {
    verifies(
      "tooling.leftovers",
      `one with the run's name in its ${where} is found until it ends`,
      async () => {
        const script = "process.stdout.write('ready'); process.stdin.resume();";
        const child = spawn(process.execPath, ["-e", script, "--", ...parameters], { cwd, env });
        await once(child.stdout, "data");
        expect(findLeftovers(run, 1).map(({ pid }) => pid)).toEqual([child.pid]);
        expect(findLeftovers(`${run}-other`, 1)).toEqual([]);
        expect(findLeftovers(run)).toEqual([]);
        const exited = once(child, "exit");
        child.stdin.end();
        await exited;
        expect(findLeftovers(run, 1)).toEqual([]);
      },
    );
  }

  verifies("tooling.leftovers", "the workers of this run carry its name, and so does what they start", () => {
    expect(process.env["TANDEM_TEST_RUN"]).toBe(testRun);
    expect(findLeftovers(testRun, 1).map(({ pid }) => pid)).toContain(process.pid);
  });
});
