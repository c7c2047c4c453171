import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { bundleFixture } from "../../support/bundle.ts";
import { testEnvironment } from "../../support/environment.ts";
import { makeHome } from "../../support/homes.ts";
import { verifies } from "../../support/requirements.ts";

const printer = await bundleFixture("test/surfaces/cli/fixtures/light-printer.ts");
const whole = 20_000 * 91;

describe("what status prints", () => {
  for (const mode of ["", "busy"]) {
    const pipe = mode === "" ? "a pipe" : "a pipe that does not wait";
    verifies("start.print", `comes whole through ${pipe} with a slow reader`, async () => {
      const child = start(["20000", mode], "pipe");
      let length = 0;
      child.stdout?.on("data", (chunk: Buffer) => {
        length += chunk.length;
      });
      expect(await once(child, "close")).toEqual([7, null]);
      expect(length).toBe(whole);
    });
  }

  verifies("start.print", "comes whole into a file", async () => {
    const path = join(makeHome("print"), "out.txt");
    const file = openSync(path, "w");
    const child = start(["20000", ""], file);
    closeSync(file);
    expect(await once(child, "close")).toEqual([7, null]);
    expect(readFileSync(path)).toHaveLength(whole);
  });

  verifies("start.print", "is no fault of the program when nobody reads it", async () => {
    const child = start(["20000", ""], "pipe");
    child.stdout?.destroy();
    expect(await once(child, "close")).toEqual([7, null]);
  });
});

function start(words: readonly string[], stdout: "pipe" | number) {
  return spawn(process.execPath, [printer, ...words], {
    env: testEnvironment(),
    stdio: ["ignore", stdout, "inherit"],
  });
}
