import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { command, message } from "../../../src/rehearsal/replies.ts";
import { sequence } from "../../../src/rehearsal/script.ts";
import { type CliWorld, startCliWorld } from "../../support/cli-world.ts";
import { verifies } from "../../support/requirements.ts";
import { ctrlC, startInTerminal } from "../../support/terminal.ts";
import { stateOf, withPrograms } from "./support.ts";

const question = "[y/N]";

/** A job that left a patch. */
async function delegated(): Promise<{
  readonly world: CliWorld;
  readonly id: string;
  readonly before: Readonly<Record<string, string>>;
}> {
  const line = "echo two > a.txt; mkdir test; echo t > test/x.test.ts; rm old.txt";
  const world = await startCliWorld(() => sequence(command(line), message("Done.")), {
    committed: { "a.txt": "one\n", "old.txt": "old\n" },
  });
  const { envelope } = await world.run(["delegate", "--json", "Change it"], withPrograms);
  return { world, id: envelope.job?.id.slice(-6) ?? "", before: stateOf(world.workspace) };
}

describe("tandem apply on a terminal", () => {
  verifies("apply.asks", "shows what it will do, and a yes does it", async () => {
    const { world, id } = await delegated();
    const person = startInTerminal(world, ["apply", id]);
    const asked = await person.waitFor(question);
    for (const line of [
      "Patch (3 files, +2 -2)",
      "  M a.txt  +1 -1",
      "  D old.txt  +0 -1",
      "  A test/x.test.ts  +1 -0",
      "Changes tests: test/x.test.ts",
      "patch.diff",
      `Change these files in ${world.workspace}? [y/N]`,
    ]) {
      expect(asked).toContain(line);
    }
    person.type("y\r");
    expect(await person.ended).toBe(0);
    expect(person.screen()).toContain("Applied the patch of job");
    expect(readFileSync(join(world.workspace, "a.txt"), "utf8")).toBe("two\n");
    expect(existsSync(join(world.workspace, "old.txt"))).toBe(false);
  });

  for (const [name, key] of [
    ["a no", "n\r"],
    ["an empty answer", "\r"],
    ["Ctrl-C", ctrlC],
    ["Ctrl-D", "\u0004"],
  ] as const) {
    verifies("apply.asks", `${name} changes nothing`, async () => {
      const { world, id, before } = await delegated();
      const person = startInTerminal(world, ["apply", id]);
      await person.waitFor(question);
      person.type(key);
      expect(await person.ended).toBe(2);
      // On a line of its own, and no list of what was shown already.
      expect(person.screen()).toMatch(/\n *Error \(usage\): Nothing was applied\.\n/);
      expect(person.screen()).not.toContain("a.txt (modified)");
      expect(stateOf(world.workspace)).toEqual(before);
    });
  }

  verifies("apply.check", "Ctrl-C during a check takes the patch back", async () => {
    const { world, id, before } = await delegated();
    const person = startInTerminal(
      world,
      ["apply", id, "--yes", "--check", "cat a.txt; sleep 100"],
      withPrograms,
    );
    await person.waitFor("two");
    person.type(ctrlC);
    expect(await person.ended).toBe(1);
    expect(person.screen()).toContain("The patch was taken back");
    expect(stateOf(world.workspace)).toEqual(before);
  });
});
