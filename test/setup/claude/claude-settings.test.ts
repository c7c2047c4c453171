import { readdirSync, readFileSync, statSync } from "node:fs";
import { chmod, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import {
  claudeSettingsPath,
  readClaudeSettings,
  writeClaudeSettings,
} from "../../../src/setup/claude/claude-settings.ts";
import { disableCommand, otherCodexPlugins } from "../../../src/setup/claude/other-plugins.ts";
import { planRules, readOnlyRules } from "../../../src/setup/claude/permission-rules.ts";
import { listTools } from "../../../src/surfaces/mcp/tools/all-tools.ts";
import { makeHome } from "../../support/homes.ts";
import { verifies } from "../../support/requirements.ts";

const now = new Date("2026-01-21T02:47:00.123Z");

verifies("plugin.setup", "the rules are those of all tools that only read", () => {
  const tools = listTools().filter(({ annotations }) => annotations?.readOnlyHint === true);
  expect([...readOnlyRules].sort()).toEqual(
    tools.map(({ name }) => `mcp__plugin_codex_tandem__${name}`).sort(),
  );
});

verifies(
  "plugin.setup",
  "adds what is missing, keeps the rest in its place, and the old file beside it",
  async () => {
    const folder = makeHome("claude");
    const path = join(folder, "settings.json");
    const before = `{\n    "model": "x",\n    "permissions": { "deny": ["a"], "allow": ["b"] },\n    "z": 1\n}\n`;
    await writeFile(path, before);
    await chmod(path, 0o640);
    const settings = await readClaudeSettings(path);
    const plan = planRules(settings, readOnlyRules);
    expect(plan?.diff).toEqual(readOnlyRules.map((rule) => `+ permissions.allow: "${rule}"`));
    const backup = await writeClaudeSettings(settings, plan?.text ?? "", now);
    expect(readFileSync(backup ?? "", "utf8")).toBe(before);
    const after = readFileSync(path, "utf8");
    expect(JSON.parse(after)).toEqual({
      model: "x",
      permissions: { deny: ["a"], allow: ["b", ...readOnlyRules] },
      z: 1,
    });
    expect(after).toContain(`\n    "model"`);
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toHaveLength(2);
    expect(planRules(await readClaudeSettings(path), readOnlyRules)?.missing).toEqual([]);
  },
);

verifies(
  "plugin.setup",
  "makes a new file where there is none, and follows a link to where it is kept",
  async () => {
    const folder = makeHome("claude");
    const path = join(folder, "deep", "settings.json");
    const none = await readClaudeSettings(path);
    expect(await writeClaudeSettings(none, planRules(none, ["r"])?.text ?? "", now)).toBeUndefined();
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ permissions: { allow: ["r"] } });
    const link = join(folder, "linked.json");
    await symlink(path, link);
    const linked = await readClaudeSettings(link);
    await writeClaudeSettings(linked, `{"new":true}\n`, now);
    expect(readFileSync(path, "utf8")).toBe(`{"new":true}\n`);
  },
);

verifies("plugin.setup", "touches nothing that it does not understand", async () => {
  const path = join(makeHome("claude"), "settings.json");
  await writeFile(path, "{ // a comment\n}");
  await expect(readClaudeSettings(path)).rejects.toThrow("not a JSON object");
  for (const values of [{ permissions: "all" }, { permissions: { allow: "all" } }]) {
    expect(planRules({ path, values }, readOnlyRules)).toBeUndefined();
  }
});

verifies("plugin.setup", "a rule for the whole server covers its tools", () => {
  for (const rule of ["mcp__plugin_codex_tandem", "mcp__plugin_codex_tandem__*"]) {
    const values = { permissions: { allow: [rule] } };
    expect(planRules({ path: "", values }, readOnlyRules)?.missing).toEqual([]);
  }
  const values = { permissions: { allow: ["mcp__plugin_codex_tandem__re*", "mcp__plugin_*"] } };
  expect(planRules({ path: "", values }, readOnlyRules)?.missing).toEqual([
    "mcp__plugin_codex_tandem__consult",
    "mcp__plugin_codex_tandem__status",
  ]);
});

verifies("plugin.setup", "names other enabled plugins called codex, and only those", () => {
  const enabledPlugins = {
    "codex@codex-tandem": true,
    "codex@openai-codex": true,
    "codex@off": false,
    "x@codex": true,
    "codex@;rm": true,
  };
  const user = { scope: "user", values: { enabledPlugins } } as const;
  expect(otherCodexPlugins([user])).toEqual([{ name: "codex@openai-codex", scope: "user" }]);
  const project = {
    scope: "project",
    values: { enabledPlugins: { "codex@off": true, "codex@team": true } },
  } as const;
  const local = {
    scope: "local",
    values: { enabledPlugins: { "codex@team": false, "codex@mine": true } },
  } as const;
  const others = otherCodexPlugins([user, project, local]);
  expect(others.map(disableCommand)).toEqual([
    "claude plugin disable codex@mine --scope local",
    "claude plugin disable codex@off --scope local",
    "claude plugin disable codex@openai-codex --scope user",
  ]);
});

verifies("plugin.setup", "the settings are where Claude Code has them", () => {
  const machine = { platform: "linux", home: "/home/a" } as const;
  const pathIn = (folder?: string) =>
    claudeSettingsPath({ ...machine, environment: { CLAUDE_CONFIG_DIR: folder } });
  expect(pathIn()).toBe("/home/a/.claude/settings.json");
  expect(pathIn("relative")).toBe("/home/a/.claude/settings.json");
  expect(pathIn("/else")).toBe("/else/settings.json");
});
