import { tmpdir } from "node:os";
import { describe, expect } from "vitest";
import { selectEnvironment } from "../../src/settings/environment-allow.ts";
import { isInside, type Machine } from "../../src/settings/paths.ts";
import { resolveStateRoot } from "../../src/settings/state-root.ts";
import { locateUserFile } from "../../src/settings/user-file.ts";
import { verifies } from "../support/requirements.ts";
import { reportOf } from "./support.ts";

const linux = (environment: Machine["environment"] = {}): Machine => ({
  platform: "linux",
  home: "/home/ann",
  environment,
});
const mac = (environment: Machine["environment"] = {}): Machine => ({
  platform: "darwin",
  home: "/Users/ann",
  environment,
});
const windows = (environment: Machine["environment"] = {}): Machine => ({
  platform: "win32",
  home: "C:\\Users\\ann",
  environment,
});

describe("state root", () => {
  verifies("settings.state-root", "each system has its documented folder", () => {
    expect(resolveStateRoot(linux())).toBe("/home/ann/.local/state/codex-tandem");
    expect(resolveStateRoot(linux({ XDG_STATE_HOME: "/s" }))).toBe("/s/codex-tandem");
    expect(resolveStateRoot(mac({ XDG_STATE_HOME: "/s" }))).toBe(
      "/Users/ann/Library/Application Support/codex-tandem",
    );
    expect(resolveStateRoot(windows())).toBe("C:\\Users\\ann\\AppData\\Local\\codex-tandem");
    expect(resolveStateRoot(windows({ LOCALAPPDATA: "D:\\L" }))).toBe("D:\\L\\codex-tandem");
  });

  verifies("settings.state-root", "TANDEM_HOME names it exactly and an empty one counts as not set", () => {
    expect(resolveStateRoot(linux({ TANDEM_HOME: "/srv/t/" }))).toBe("/srv/t");
    expect(resolveStateRoot(windows({ TANDEM_HOME: "D:/t" }))).toBe("D:\\t");
    expect(resolveStateRoot(linux({ TANDEM_HOME: "" }))).toBe("/home/ann/.local/state/codex-tandem");
  });

  verifies("settings.state-root", "a relative TANDEM_HOME is a usage error on every system", async () => {
    for (const machine of [
      linux({ TANDEM_HOME: "state" }),
      linux({ TANDEM_HOME: "~/state" }),
      mac({ TANDEM_HOME: "./x" }),
      windows({ TANDEM_HOME: "\\state" }),
      windows({ TANDEM_HOME: "C:state" }),
    ])
      expect(await reportOf(() => resolveStateRoot(machine))).toMatchObject({
        kind: "usage",
        message: expect.stringContaining("TANDEM_HOME must be an absolute path"),
      });
  });

  verifies("settings.state-root", "a relative XDG folder is ignored, as its specification says", () => {
    expect(resolveStateRoot(linux({ XDG_STATE_HOME: "state" }))).toBe("/home/ann/.local/state/codex-tandem");
  });

  verifies(
    "settings.state-root",
    "without a home folder it asks for TANDEM_HOME and does not fall back to the temp folder",
    async () => {
      const report = await reportOf(() => resolveStateRoot({ ...linux({ TMPDIR: tmpdir() }), home: "" }));
      expect(report.repair.say).toContain("TANDEM_HOME");
    },
  );

  verifies("settings.state-root", "no variable of Claude Code changes it", () => {
    const environment = { CLAUDE_PLUGIN_DATA: "/c", CLAUDE_PROJECT_DIR: "/p", CLAUDECODE: "1" };
    expect(resolveStateRoot(linux(environment))).toBe(resolveStateRoot(linux()));
  });
});

describe("user file", () => {
  verifies("settings.places", "each system has its documented path", () => {
    expect(locateUserFile(linux())?.path).toBe("/home/ann/.config/codex-tandem/config.toml");
    expect(locateUserFile(linux({ XDG_CONFIG_HOME: "/c" }))?.path).toBe("/c/codex-tandem/config.toml");
    expect(locateUserFile(mac())?.path).toBe(
      "/Users/ann/Library/Application Support/codex-tandem/config.toml",
    );
    expect(locateUserFile(windows({ APPDATA: "D:\\R" }))?.path).toBe("D:\\R\\codex-tandem\\config.toml");
    expect(locateUserFile(windows())?.path).toBe(
      "C:\\Users\\ann\\AppData\\Roaming\\codex-tandem\\config.toml",
    );
  });

  verifies("settings.places", "TANDEM_CONFIG wins over the standard place", () => {
    expect(locateUserFile(linux({ TANDEM_CONFIG: "/x.toml", XDG_CONFIG_HOME: "/c" }))).toEqual({
      path: "/x.toml",
      named: true,
    });
  });
});

describe("paths", () => {
  verifies(
    "settings.places",
    "a path is inside a folder by whole names and, on Windows, without regard to case",
    () => {
      expect(isInside("/a/b", "/a", "linux")).toBe(true);
      expect(isInside("/a", "/a", "linux")).toBe(true);
      expect(isInside("/a/..b", "/a", "linux")).toBe(true);
      expect(isInside("/ab", "/a", "linux")).toBe(false);
      expect(isInside("/a/../b", "/a", "linux")).toBe(false);
      expect(isInside("C:\\Repo\\x", "c:\\repo", "win32")).toBe(true);
      expect(isInside("D:\\repo\\x", "C:\\repo", "win32")).toBe(false);
    },
  );
});

describe("variables for Codex's shell", () => {
  verifies(
    "settings.environment-allow",
    "named variables and prefixes are passed on and nothing else",
    () => {
      const environment = { LC_TIME: "C", LCX: "no", TERM: "xterm", OPENAI_API_KEY: "secret", TZ: undefined };
      expect(selectEnvironment(["LC_*", "TERM", "TZ"], environment)).toEqual({ LC_TIME: "C", TERM: "xterm" });
      expect(selectEnvironment([], environment)).toEqual({});
    },
  );
});
