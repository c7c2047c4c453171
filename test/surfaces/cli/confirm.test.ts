import { PassThrough } from "node:stream";
import { expect } from "vitest";
import { confirmWrite } from "../../../src/surfaces/cli/confirm.ts";
import type { CliWorld } from "../../../src/surfaces/cli/world.ts";
import { verifies } from "../../support/requirements.ts";

/** A person at a terminal, or something else, who types the given keys; `end` is the end of the input. */
function ask(keys: string, isTTY = { stdin: true, stderr: true }): Promise<void> {
  const stdin = Object.assign(new PassThrough(), { isTTY: isTTY.stdin });
  const stderr = Object.assign(new PassThrough(), { isTTY: isTTY.stderr });
  stderr.resume();
  if (keys === "end") stdin.end();
  else stdin.write(keys);
  // Only these two streams are read.
  return confirmWrite({ stdin, stderr } as unknown as CliWorld);
}

for (const keys of ["y\n", "Y\n", "yes\n", " Yes \r\n"]) {
  verifies("task.wider", `${JSON.stringify(keys)} on a terminal confirms`, async () => {
    await expect(ask(keys)).resolves.toBeUndefined();
  });
}

for (const keys of ["n\n", "\n", "no\n", "yesterday\n", "jy\n", "end", "y\u0003", "\u0003", "\u0004"]) {
  verifies("task.wider", `${JSON.stringify(keys)} on a terminal confirms nothing`, async () => {
    await expect(ask(keys)).rejects.toMatchObject({
      report: { kind: "usage", repair: { say: expect.stringContaining("--write") } },
    });
  });
}

for (const isTTY of [
  { stdin: false, stderr: true },
  { stdin: true, stderr: false },
]) {
  verifies("task.wider", `${JSON.stringify(isTTY)}: nobody is asked, and nothing is confirmed`, async () => {
    await expect(ask("y\n", isTTY)).rejects.toMatchObject({ report: { kind: "usage" } });
  });
}
