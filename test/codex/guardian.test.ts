import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, vi } from "vitest";
import { familyVariable, newFamilyMark } from "../../src/codex/family-mark.ts";
import { guardianCommand, startGuardian } from "../../src/codex/guardian.ts";
import { familyOf, listProcesses, type ProcessEntry, survivorsOf } from "../../src/codex/process-family.ts";
import { findProgram } from "../support/cli-program.ts";
import { verifies } from "../support/requirements.ts";

/** Like Codex: leader of a group, with a child in a session of its own that has a child, and one that ignores signals. */
const leaderScript = `
  const { spawn } = require("node:child_process");
  const wait = "setInterval(() => undefined, 1000)";
  const start = (script, detached) => spawn(process.execPath, ["--eval", script], { detached, stdio: ["ignore", "pipe", "ignore"] });
  const nested = start("const c = require('node:child_process').spawn('sleep', ['1000']); c.once('spawn', () => console.log('up')); " + wait, true);
  const stubborn = start("for (const s of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(s, () => undefined); console.log('up'); " + wait, false);
  Promise.all([nested, stubborn].map((c) => new Promise((done) => c.stdout.once("data", done)))).then(() => console.log("ready"));
  setInterval(() => undefined, 1000);
`;

const started: ProcessEntry[] = [];

afterEach(async () => {
  for (const { pid } of survivorsOf(started.splice(0), await listProcesses())) process.kill(pid, "SIGKILL");
});

async function startLeader(): Promise<number> {
  const child = spawn(process.execPath, ["--eval", leaderScript], {
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.pid === undefined) throw new Error("It did not start.");
  await once(createInterface({ input: child.stdout }), "line");
  started.push(...familyOf([child.pid], await listProcesses()));
  return child.pid;
}

const { parameters: shellParameters } = guardianCommand("linux", true);
const kinds: readonly [name: string, path: string, parameters: readonly string[], whole: boolean][] = [
  ["the shell", "/bin/sh", shellParameters, true],
  [
    "the shell without /proc",
    "/bin/sh",
    shellParameters.map((word) => word.replace("/proc/self/stat", "/proc/no/such")),
    true,
  ],
  // What macOS has as its shell.
  ["bash by the name of sh", findProgram("bash"), shellParameters, true],
  ["Node, which knows the group only", process.execPath, guardianCommand("linux", false).parameters, false],
];

describe("the guardian", () => {
  verifies(
    "exec.guardian",
    "is the system's shell where there is one, else Node, and its text is constant",
    () => {
      expect(guardianCommand("linux", true)).toEqual(guardianCommand("darwin", true));
      expect(guardianCommand("linux", true).path).toBe("/bin/sh");
      for (const command of [guardianCommand("linux", false), guardianCommand("win32", true)]) {
        expect(command.path).toBe(process.execPath);
      }
    },
  );

  for (const [name, path, parameters, whole] of kinds) {
    verifies("exec.guardian", `of ${name} ends what it watches when its pipe ends`, async () => {
      const leader = await startLeader();
      const all = await listProcesses();
      const group = familyOf([leader], all).filter((entry) => whole || entry.group === leader);
      expect(group.length).toBeGreaterThanOrEqual(whole ? 4 : 2);
      const guardian = spawn(path, parameters, {
        // By any other name bash would read the person's start-up file first.
        argv0: path === process.execPath ? path : "sh",
        stdio: ["pipe", "ignore", "pipe"],
        detached: true,
        env: {},
      });
      const said = text(guardian.stderr);
      guardian.stdin.write(`${leader} ${newFamilyMark()[familyVariable]}\n`);
      guardian.stdin.destroy();
      // That somebody has ended meanwhile is no fault.
      expect((await said).replaceAll(/^.*no such (?:process|file).*$/gim, "").trim()).toBe("");
      await vi.waitFor(async () => expect(survivorsOf(group, await listProcesses())).toEqual([]));
    });

    verifies(
      "exec.guardian",
      `of ${name} ends nothing when nothing was named or it was sent away`,
      async () => {
        const leader = await startLeader();
        const family = familyOf([leader], await listProcesses());
        for (const said of ["", "\n", `${leader}\nreleased\n`, `${leader} ${randomUUID()}\nreleased\n`]) {
          const guardian = spawn(path, parameters, {
            argv0: path === process.execPath ? path : "sh",
            stdio: ["pipe", "ignore", "ignore"],
            detached: true,
            env: {},
          });
          const ended = once(guardian, "exit");
          guardian.stdin.end(said);
          await ended;
        }
        expect(survivorsOf(family, await listProcesses())).toEqual(family);
      },
    );
  }

  for (const [name, path] of [
    ["the shell", "/bin/sh"],
    ["bash by the name of sh", findProgram("bash")],
  ] as const) {
    verifies("exec.guardian", `of ${name} ends who left parent and session by the mark alone`, async () => {
      const [mark, other] = [newFamilyMark(), newFamilyMark()];
      const strayed = `(setsid sleep 1000 &); (${familyVariable}=${other[familyVariable]} setsid sleep 1001 &)`;
      const leader = spawn("/bin/sh", ["-c", `${strayed}; echo up; exec sleep 1002`], {
        detached: true,
        env: { ...process.env, ...mark, LINES: "one\ntwo" },
        stdio: ["ignore", "pipe", "ignore"],
      });
      await once(createInterface({ input: leader.stdout }), "line");
      const marked = async (of: typeof mark) =>
        (await listProcesses()).filter(({ family, isZombie }) => !isZombie && family === of[familyVariable]);
      await vi.waitFor(async () => expect(await marked(mark)).toHaveLength(2), { interval: 20 });
      await vi.waitFor(async () => expect(await marked(other)).toHaveLength(1), { interval: 20 });
      started.push(...(await marked(mark)), ...(await marked(other)));
      const guardian = spawn(path, shellParameters, {
        argv0: "sh",
        stdio: ["pipe", "ignore", "ignore"],
        env: {},
      });
      const ended = once(guardian, "exit");
      guardian.stdin.write(`${leader.pid} ${mark[familyVariable]}\n`);
      guardian.stdin.destroy();
      await ended;
      expect(await marked(mark)).toEqual([]);
      expect(await marked(other)).toHaveLength(1);
    });
  }

  verifies("exec.guardian", "takes nothing for a process that is none", async () => {
    for (const named of ["", "a", "-7", "7a", "7.5"]) {
      const guardian = spawn("/bin/sh", shellParameters, { stdio: ["pipe", "ignore", "pipe"] });
      const said = text(guardian.stderr);
      guardian.stdin.on("error", () => undefined).end(`${named} ${randomUUID()}\n`);
      expect(await said).toBe("");
    }
  });

  verifies("exec.guardian", "ends what is being started while it looks", async () => {
    // Each of these starts processes that would stay, as fast as it can.
    const storm = "while :; do sleep 1000 & kill -KILL $!; done";
    for (let round = 0; round < 10; round++) {
      const leader = spawn("/bin/sh", ["-c", `(${storm}) & (${storm}) & echo up; ${storm}`], {
        detached: true,
        stdio: ["ignore", "pipe", "ignore"],
      });
      const { pid } = leader;
      if (pid === undefined) throw new Error("It did not start.");
      await once(createInterface({ input: leader.stdout }), "line");
      const guardian = spawn("/bin/sh", shellParameters, {
        stdio: ["pipe", "ignore", "ignore"],
        detached: true,
      });
      const ended = once(guardian, "exit");
      guardian.stdin.write(`${pid}\n`);
      guardian.stdin.destroy();
      await ended;
      const left = (await listProcesses()).filter(({ session, isZombie }) => session === pid && !isZombie);
      started.push(...left);
      expect(left).toEqual([]);
    }
  });

  verifies("exec.guardian", "that is released has gone, and was not lost", async () => {
    const guardian = await startGuardian();
    const lost = vi.fn<() => void>();
    void guardian.lost.then(lost);
    guardian.watch(2 ** 30, newFamilyMark());
    await guardian.release();
    await new Promise(setImmediate);
    expect(lost).not.toHaveBeenCalled();
  });
});
