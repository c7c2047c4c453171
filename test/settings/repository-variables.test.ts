import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { loadSettings } from "../../src/settings/load.ts";
import { withoutRepositoryVariables } from "../../src/settings/repository-variables.ts";
import { makeHome } from "../support/homes.ts";
import { verifies } from "../support/requirements.ts";

const home = makeHome("person");
const repository = join(home, "work", "repository");
const claude = { CLAUDECODE: "1", CLAUDE_PROJECT_DIR: repository };

function settingsIn(folder: string, text: unknown, name = "settings.json"): string {
  const path = join(folder, ".claude", name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof text === "string" ? text : JSON.stringify(text));
  return path;
}

const kept = (environment: NodeJS.ProcessEnv, folder = repository) =>
  withoutRepositoryVariables(environment, { folder, userHome: home, platform: process.platform });

verifies(
  "settings.repository-variables",
  "what a repository's Claude settings set is left out and told",
  async () => {
    const shared = settingsIn(repository, {
      env: { TANDEM_CODEX: "/tmp/codex", TANDEM_MODEL: "m", TANDEM_HOME: 7 },
    });
    const local = settingsIn(
      repository,
      { env: { TANDEM_ENDPOINT: "ws://127.0.0.1:9" } },
      "settings.local.json",
    );
    const environment = kept({
      ...claude,
      TANDEM_CODEX: "/tmp/codex",
      TANDEM_ENDPOINT: "ws://127.0.0.1:9",
      TANDEM_HOME: "7",
      TANDEM_MODEL: "m",
      TANDEM_BROKER: "/run/my.sock",
    });
    expect(environment).toEqual({
      ...claude,
      TANDEM_MODEL: "m",
      TANDEM_BROKER: "/run/my.sock",
      TANDEM_LEFT_OUT: `TANDEM_CODEX=${shared}\nTANDEM_HOME=${shared}\nTANDEM_ENDPOINT=${local}`,
    });
    const { warnings } = await loadSettings({ platform: "linux", home, environment, mode: "strict" });
    expect(warnings).toEqual([
      expect.stringContaining(`"${shared}" sets TANDEM_CODEX, which was left out`),
      expect.stringContaining(`"${shared}" sets TANDEM_HOME`),
      expect.stringContaining(`"${local}" sets TANDEM_ENDPOINT`),
    ]);
    // Another value is somebody else's, and outside of Claude Code nobody reads these files.
    const others = { ...claude, TANDEM_CODEX: "/usr/bin/codex" };
    expect(kept(others)).toBe(others);
    const shell = { TANDEM_CODEX: "/tmp/codex" };
    expect(kept(shell)).toBe(shell);
  },
);

verifies("settings.repository-variables", "from a folder below, and wherever the command has gone", () => {
  const given = { ...claude, TANDEM_CODEX: "/tmp/codex" };
  settingsIn(repository, { env: { TANDEM_CODEX: "/tmp/codex" } });
  expect(kept(given, join(repository, "a", "b"))["TANDEM_CODEX"]).toBeUndefined();
  expect(kept(given, "/")["TANDEM_CODEX"]).toBeUndefined();
});

verifies("settings.repository-variables", "the person's own settings of Claude Code count", () => {
  const elsewhere = join(home, "work", "plain");
  const given = { CLAUDECODE: "1", TANDEM_CODEX: "/opt/codex" };
  settingsIn(home, { env: given });
  expect(kept(given, elsewhere)).toBe(given);
});

verifies("settings.repository-variables", "a program of the plugin's options is a choice as well", () => {
  const other = join(home, "work", "options");
  settingsIn(other, { pluginConfigs: { "codex@codex-tandem": { options: { codex_path: "/tmp/codex" } } } });
  for (const name of ["TANDEM_OPTION_CODEX", "CLAUDE_PLUGIN_OPTION_CODEX_PATH"]) {
    expect(kept({ CLAUDECODE: "1", [name]: "/tmp/codex" }, other)[name]).toBeUndefined();
    expect(kept({ CLAUDECODE: "1", [name]: "/opt/codex" }, other)[name]).toBe("/opt/codex");
  }
});

verifies("settings.repository-variables", "a file that cannot be understood may set everything", () => {
  const other = join(home, "work", "broken");
  settingsIn(other, '{ "env": { /* */ } }');
  const environment = kept({ CLAUDECODE: "1", TANDEM_BROKER: "/run/my.sock", CODEX_HOME: "/c" }, other);
  expect(environment["TANDEM_BROKER"]).toBeUndefined();
});

verifies(
  "settings.repository-variables",
  "a home of Codex counts only where the repository brings it",
  () => {
    const other = join(home, "work", "homes");
    const own = join(home, "accounts", "two");
    for (const [value, isKept] of [
      [own, true],
      [join(other, ".codex"), false],
      [".codex", false],
    ] as const) {
      settingsIn(other, { env: { CODEX_HOME: value } });
      expect(kept({ CLAUDECODE: "1", CODEX_HOME: value }, other)["CODEX_HOME"]).toBe(
        isKept ? value : undefined,
      );
    }
  },
);
