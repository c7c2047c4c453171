import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { command, message } from "../../../src/rehearsal/replies.ts";
import { sequence } from "../../../src/rehearsal/script.ts";
import { type CliWorld, startCliWorld, writeFiles } from "../../support/cli-world.ts";
import { verifies } from "../../support/requirements.ts";

const rule = { "rules/default.rules": 'prefix_rule(pattern=["touch"], decision="allow")\n' };
const rulesOf = {
  "the user's own": async (world: CliWorld) => writeFiles(world.codexHome, rule),
  "a trusted project's": async (world: CliWorld) => {
    await writeFiles(join(world.workspace, ".codex"), rule);
    const trust = `\n[projects.${JSON.stringify(world.workspace)}]\ntrust_level = "trusted"\n`;
    appendFileSync(join(world.codexHome, "config.toml"), trust);
  },
};

for (const [whose, write] of Object.entries(rulesOf)) {
  describe(`${whose} execution rules`, () => {
    verifies("tasks.allow_rules", "do not reach a run that Codex can keep them out of", async () => {
      const world = await startCliWorld(() => sequence(command("touch escaped"), message("Done.")), {
        committed: { "a.txt": "a\n" },
      });
      await write(world);
      const { envelope } = await world.run(["task", "--json", "Go"]);
      expect(envelope.run).toMatchObject({
        engine: "exec",
        route: expect.stringContaining("execution rules"),
      });
      expect(envelope.answer).toBe("Done.");
      expect(existsSync(join(world.workspace, "escaped"))).toBe(false);
      // On the other engine they hold, as Codex wants it, and the result says so.
      const other = await world.run(["task", "--json", "--engine", "app-server", "Go"]);
      expect(other.envelope.run?.warnings).toEqual([
        expect.stringMatching(/^Codex's rules in .*default\.rules may let/),
      ]);
      expect(existsSync(join(world.workspace, "escaped"))).toBe(true);
    });
  });
}
