import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterEach, describe, expect } from "vitest";
import { type FamilyMark, newFamilyMark } from "../../src/codex/family-mark.ts";
import { FamilyWatch } from "../../src/codex/family-watch.ts";
import { listProcesses } from "../../src/codex/process-family.ts";
import { verifies } from "../support/requirements.ts";

/** Everything that a test started, ended after it whatever came of it. */
const pids = new Set<number>();

afterEach(() => {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended, as it should.
    }
  }
  pids.clear();
});

interface Leader {
  readonly child: ChildProcess;
  readonly watch: FamilyWatch;
  /** Pids that it prints, one a line. */
  readonly told: readonly number[];
}

/** A leader that runs a script and says how many pids it will print. */
async function startLeader(script: string, tells: number, mark: FamilyMark): Promise<Leader> {
  const child = spawn("/bin/sh", ["-c", script], {
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env["PATH"], ...mark },
  });
  const { pid = 0 } = child;
  pids.add(pid);
  const told: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    told.push(Number(line));
    pids.add(Number(line));
    if (told.length === tells) break;
  }
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  return { child, told, watch: new FamilyWatch({ pid, mark, hasEnded }) };
}

async function crash({ child }: Leader): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

async function alive(): Promise<readonly number[]> {
  return (await listProcesses()).filter(({ isZombie }) => !isZombie).map(({ pid }) => pid);
}

/** A program in a session of its own whose parent has ended by the time that its pid is told: nothing but its variables says whose it is. */
const orphan = (program: string) => `(setsid sh -c 'echo $$; exec ${program} >/dev/null' &) ; `;

describe.runIf(process.platform === "linux")("the family of a leader that nobody had looked at", () => {
  verifies("exec.family", "is ended, although nothing ties it to the leader any more", async () => {
    const leader = await startLeader(`${orphan("sleep 1001")} exec sleep 1002`, 1, newFamilyMark());
    await crash(leader);
    const [entry] = (await listProcesses()).filter(({ pid }) => leader.told.includes(pid));
    expect(entry).toMatchObject({ group: entry?.pid, session: entry?.pid });
    expect(entry?.parent).not.toBe(leader.child.pid);
    expect(await leader.watch.end()).toBe(true);
    expect(await alive()).not.toContain(leader.told[0]);
  });

  verifies("exec.family", "is ended with what has no mark of its own, but descends from it", async () => {
    const child = `env -i setsid sh -c "echo \\$\\$; exec sleep 1001" &`;
    const script = `(setsid sh -c '${child} echo $$; exec sleep 1003' &) ; exec sleep 1002`;
    const leader = await startLeader(script, 2, newFamilyMark());
    await crash(leader);
    expect(await leader.watch.end()).toBe(true);
    for (const pid of leader.told) expect(await alive()).not.toContain(pid);
  });

  verifies(
    "exec.family",
    "does not hold another family that it has started, nor what descends from that",
    async () => {
      const other = newFamilyMark();
      const inner = "sleep 1001 & echo $! >&3; wait";
      const script = `exec 3>&1; TANDEM_FAMILY=${other.TANDEM_FAMILY} setsid sh -c 'echo $$; ${inner}' & wait`;
      const leader = await startLeader(script, 2, newFamilyMark());
      await leader.watch.note();
      await crash(leader);
      expect(await leader.watch.end()).toBe(true);
      expect(await alive()).toEqual(expect.arrayContaining([...leader.told]));
    },
  );
});
