import { describe, expect } from "vitest";
import { message } from "../../../src/rehearsal/replies.ts";
import { startCliWorld } from "../../support/cli-world.ts";
import { verifies } from "../../support/requirements.ts";

describe("a line that begins a run", () => {
  verifies("start.run-line", "says the same of what is wrong as the whole program", async () => {
    const world = await startCliWorld(() => message("Hello."));
    for (const [name, value] of [
      ["--cwd", "nowhere"],
      ["--engine", "steam"],
      ["--timeout", "soon"],
      ["--prompt-file", "nowhere"],
    ]) {
      for (const command of ["task", "consult"]) {
        const rest = name === "--prompt-file" ? [] : ["Q"];
        const quick = await world.run([command, `${name}`, `${value}`, ...rest]);
        // Written in one word it leads to the parser of all commands.
        const whole = await world.run([command, `${name}=${value}`, ...rest]);
        expect(quick.stderr).not.toBe("");
        expect([quick.stderr, quick.stdout, quick.exitCode]).toEqual([whole.stderr, "", whole.exitCode]);
        const json = await world.run([command, "--json", `${name}`, `${value}`, ...rest]);
        expect(json.envelope).toEqual(
          (await world.run(["--json", command, `${name}=${value}`, ...rest])).envelope,
        );
      }
    }
    expect(world.records()).toEqual([]);
  });
});
