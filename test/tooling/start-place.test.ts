import { readFileSync } from "node:fs";
import { join, posix, win32 } from "node:path";
import { describe, expect } from "vitest";
import type { Machine } from "../../src/settings/paths.ts";
import { resolveStateRoot } from "../../src/settings/state-root.ts";
import { repository } from "../support/repository.ts";
import { verifies } from "../support/requirements.ts";

const text = readFileSync(join(repository, "plugin", "start.cjs"), "utf8");

const homes = {
  linux: ["/home/ann", "/root", "/home/ann/", "relative", ""],
  darwin: ["/Users/ann", ""],
  win32: ["C:\\Users\\ann", "\\\\server\\home\\ann", "D:/Users/ann", "Users\\ann", ""],
};

const environments: readonly Machine["environment"][] = [
  {},
  { TANDEM_HOME: "" },
  { TANDEM_HOME: "/srv/tandem" },
  { TANDEM_HOME: "/home/ann/.local/state/codex-tandem" },
  { TANDEM_HOME: "/home/ann/.local/state/x/../codex-tandem/" },
  { TANDEM_HOME: "/proc/self/cwd/.state" },
  { TANDEM_HOME: "state" },
  { TANDEM_HOME: "D:\\tandem" },
  { TANDEM_HOME: "C:/Users/ann/AppData/Local/codex-tandem" },
  { TANDEM_HOME: "\\tandem" },
  { XDG_STATE_HOME: "/home/ann/.local/state" },
  { XDG_STATE_HOME: "/workspace" },
  { XDG_STATE_HOME: "relative" },
  { LOCALAPPDATA: "C:\\Users\\ann\\AppData\\Local" },
  { LOCALAPPDATA: "D:\\Local" },
  { LOCALAPPDATA: "Local" },
];

describe("the place of compiled code", () => {
  for (const platform of ["linux", "darwin", "win32"] as const) {
    verifies("start.cache-trust", `is the standard state root alone, on ${platform}`, () => {
      for (const home of homes[platform]) {
        for (const environment of environments) {
          const machine = { platform, home, environment };
          expect({ ...machine, place: placeOf(machine) }).toEqual({ ...machine, place: expected(machine) });
        }
      }
    });
  }
});

/** The state root, where it is the one that there would be without any variable. */
function expected(machine: Machine): string | undefined {
  const standard = rootOf({ ...machine, environment: {} });
  return rootOf(machine) === standard ? standard : undefined;
}

function rootOf(machine: Machine): string | undefined {
  try {
    return resolveStateRoot(machine);
  } catch {
    // It has no place: a usage error in every program.
    return undefined;
  }
}

/** The first folder that start.cjs looks at on a machine, which is where it would keep compiled code. */
function placeOf({ platform, home, environment }: Machine): string | undefined {
  const looked: string[] = [];
  const modules: Record<string, unknown> = {
    path: platform === "win32" ? win32 : posix,
    fs: {
      constants: {},
      lstatSync: (path: string) => {
        looked.push(path);
        return undefined;
      },
      statSync: () => ({ mtimeMs: 0 }),
      readFileSync: () => "",
    },
    vm: {
      Script: class {
        runInThisContext = () => () => undefined;
      },
    },
  };
  const process = {
    platform,
    argv: ["node", "start.cjs", "review"],
    env: { ...environment, [platform === "win32" ? "USERPROFILE" : "HOME"]: home },
    versions: {},
    once: () => undefined,
    getBuiltinModule: (name: string) => modules[name],
  };
  const console = { error: (problem: string) => expect.fail(problem) };
  // The file as it is, in a world of its own.
  // oxlint-disable-next-line typescript/no-implied-eval, no-new-func
  new Function("process", "console", "require", "__dirname", text)(process, console, undefined, "/plugin");
  return looked[0];
}
