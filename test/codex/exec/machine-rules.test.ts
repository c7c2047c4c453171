import { expect } from "vitest";
import { warnOfMachineRules } from "../../../src/codex/exec/machine-rules.ts";
import { verifies } from "../../support/requirements.ts";

const run = { tier: "read-only", cwd: "/w" } as const;

verifies(
  "exec.rules",
  "rules of the machine, which no option leaves out, are warned of by their names",
  async () => {
    const find = async () => ["/home/ada/.codex/rules/default.rules", "/etc/codex/rules/fleet.rules"];
    const warning = await warnOfMachineRules(run, "/home/ada/.codex", find);
    expect(warning).toContain("/etc/codex/rules/fleet.rules");
    expect(warning).not.toContain("default.rules");
  },
);

verifies(
  "exec.rules",
  "the user's own rules, which are left out, and full access are not warned of",
  async () => {
    const own = async () => ["/home/ada/.codex/rules/default.rules"];
    const fleet = async () => ["/etc/codex/rules/fleet.rules"];
    expect(await warnOfMachineRules(run, "/home/ada/.codex", own)).toBeUndefined();
    expect(
      await warnOfMachineRules({ ...run, tier: "danger-full-access" }, "/home/ada/.codex", fleet),
    ).toBeUndefined();
  },
);
