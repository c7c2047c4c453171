import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect } from "vitest";
import { switchMarkerOff, switchMarkerOn } from "../../../src/jobs/gate/gate-marker.ts";
import { leaveNotice } from "../../../src/jobs/notices.ts";
import { makeHome } from "../../support/homes.ts";
import { readJson, repository } from "../../support/repository.ts";
import { verifies } from "../../support/requirements.ts";
import { session } from "./gate-world.ts";

interface HookFile {
  readonly hooks: Readonly<
    Record<
      string,
      readonly { readonly hooks: readonly { readonly command: string; readonly timeout: number }[] }[]
    >
  >;
}
const { hooks } = readJson("plugin/hooks/hooks.json") as unknown as HookFile;
/** Events that are asked of a shell. */
const shellEvents = ["SessionStart", "UserPromptSubmit", "Stop", "SessionEnd"];
/** Those of Claude Code 2.1.197 that ours may need; it drops all hooks of a plugin that names another. */
const knownEvents = [...shellEvents, "SubagentStop", "UserPromptExpansion", "PreToolUse", "PostToolUse"];
const commandOf = (event: string) => hooks[event]?.[0]?.hooks[0]?.command ?? "";

interface Shell {
  readonly stateRoot: string;
  readonly home: string;
  readonly project: string;
  /** Runs the command of an event as Claude Code does, and gives the words that `node` was started with. */
  readonly fire: (event: string, environment?: Readonly<Record<string, string>>) => Promise<ShellEnd>;
}

interface ShellEnd {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
  /** Undefined when Node was not started. */
  readonly node: string | undefined;
}

/** A shell whose only program is a `node` that notes that it was started. */
function startShell(): Shell {
  const home = makeHome("shell");
  const [stateRoot, project, tools] = ["state", "project", "tools"].map((name) => join(home, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [project, tools]) mkdirSync(folder);
  const note = join(home, "started");
  writeFileSync(join(tools, "node"), `#!/bin/sh\necho "$@" > "${note}"\n`);
  chmodSync(join(tools, "node"), 0o755);
  const usual = {
    HOME: home,
    PATH: tools,
    TANDEM_HOME: stateRoot,
    CLAUDE_PROJECT_DIR: project,
    CLAUDE_PLUGIN_ROOT: join(repository, "plugin"),
    CLAUDE_CODE_SESSION_ID: session,
  };
  return {
    stateRoot,
    home,
    project,
    fire: async (event, environment = {}) =>
      new Promise((resolve) => {
        const options = { cwd: project, env: { ...usual, ...environment } };
        execFile("/bin/sh", ["-c", commandOf(event)], options, (error, stdout, stderr) => {
          const node = existsSync(note) ? readFileSync(note, "utf8").trim() : undefined;
          resolve({ code: error === null ? 0 : error.code, stdout, stderr, node });
        });
      }),
  };
}

const quiet = { code: 0, stdout: "", stderr: "", node: undefined };
const started = (event: string) => ({
  ...quiet,
  node: `${join(repository, "plugin", "bin", "tandem")} hook ${event}`,
});

describe("the commands of hooks.json", () => {
  verifies("gate.hook-events", "are of events that both pinned clients know, the gate's with 300 s", () => {
    expect(Object.keys(hooks).filter((event) => !knownEvents.includes(event))).toEqual([]);
    expect(hooks["Stop"]?.[0]?.hooks[0]?.timeout).toBe(300);
  });

  for (const event of shellEvents) {
    verifies("gate.no-node", `${event}: Node is not started where there is nothing to do`, async () => {
      const shell = startShell();
      expect(await shell.fire(event)).toEqual(quiet);
      mkdirSync(join(shell.stateRoot, "notices", "another-session"), { recursive: true });
      switchMarkerOn(shell.stateRoot, join(shell.home, "another"), "linux");
      switchMarkerOn(shell.stateRoot, `${shell.project}-2`, "linux");
      mkdirSync(join(shell.stateRoot, "brokers", "0123456789abcdef"), { recursive: true });
      expect(await shell.fire(event)).toEqual(quiet);
      expect(await shell.fire(event, { CLAUDE_CODE_SESSION_ID: "" })).toEqual(quiet);
    });

    verifies(
      "gate.hook-fails",
      `${event}: ends with 0 without a plugin, a project, a home or a Node`,
      async () => {
        const shell = startShell();
        switchMarkerOn(shell.stateRoot, shell.project, "linux");
        leaveNotice(shell.stateRoot, { id: "20260101t000000000-bcdfgh", kind: "task", session });
        writeRecord(shell);
        expect(await shell.fire(event, { CLAUDE_PLUGIN_ROOT: "/nowhere" })).toEqual(quiet);
        expect(await shell.fire(event, { CLAUDE_PROJECT_DIR: "/nowhere" })).toEqual(quiet);
        expect(await shell.fire(event, { TANDEM_HOME: "", HOME: "" })).toEqual(quiet);
        const none = await shell.fire(event, { PATH: "/nowhere" });
        expect(none).toMatchObject({ code: 0, node: undefined });
        expect(JSON.parse(none.stdout)).toEqual({
          systemMessage: expect.stringContaining("needs Node 20.19"),
        });
      },
    );
  }

  for (const [event, word] of [
    ["Stop", "stop"],
    ["SessionStart", "session-start"],
  ] as const) {
    verifies(
      "gate.marker",
      `${event}: Node is started where the gate is on, in a folder below and by a link`,
      async () => {
        const shell = startShell();
        switchMarkerOn(shell.stateRoot, shell.project, "linux");
        const below = join(shell.project, "some folder", "below");
        mkdirSync(below, { recursive: true });
        symlinkSync(below, join(shell.home, "link"));
        for (const folder of [shell.project, below, join(shell.home, "link")]) {
          expect(await shell.fire(event, { CLAUDE_PROJECT_DIR: folder })).toEqual(started(word));
        }
      },
    );

    verifies("gate.marker", `${event}: not any more once it is off`, async () => {
      const shell = startShell();
      switchMarkerOn(shell.stateRoot, shell.project, "linux");
      switchMarkerOn(shell.stateRoot, join(shell.project, "inner"), "linux");
      switchMarkerOff(shell.stateRoot, shell.project);
      expect(await shell.fire(event)).toEqual(quiet);
      expect(await shell.fire(event, { CLAUDE_PROJECT_DIR: dirname(shell.project) })).toEqual(quiet);
    });
  }

  verifies("gate.marker", "a path that is no such name is marked for all", async () => {
    const shell = startShell();
    switchMarkerOn(shell.stateRoot, "C:\\work", "win32");
    expect(await shell.fire("Stop")).toEqual(started("stop"));
  });

  verifies("gate.marker", "the state folder is found as the command line finds it", async () => {
    const shell = startShell();
    const xdg = join(shell.home, "xdg");
    for (const [root, environment] of [
      [join(shell.home, ".local", "state", "codex-tandem"), {}],
      [join(xdg, "codex-tandem"), { XDG_STATE_HOME: xdg }],
      [join(shell.home, "Library", "Application Support", "codex-tandem"), {}],
    ] as const) {
      switchMarkerOn(root, shell.project, "linux");
      expect(await shell.fire("Stop", { TANDEM_HOME: "", ...environment })).toEqual(started("stop"));
      switchMarkerOff(root, shell.project);
    }
  });

  verifies(
    "gate.notice",
    "UserPromptSubmit: Node is started when a job of this session has ended",
    async () => {
      const shell = startShell();
      leaveNotice(shell.stateRoot, { id: "20260101t000000000-bcdfgh", kind: "task", session });
      expect(await shell.fire("UserPromptSubmit")).toEqual(started("user-prompt-submit"));
    },
  );

  verifies("gate.session-end", "SessionEnd: Node is started when there is a broker", async () => {
    const shell = startShell();
    writeRecord(shell);
    expect(await shell.fire("SessionEnd")).toEqual(started("session-end"));
  });
});

function writeRecord({ stateRoot }: Shell): void {
  const folder = join(stateRoot, "brokers", "0123456789abcdef");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "broker.json"), "{}");
}
