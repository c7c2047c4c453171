import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect } from "vitest";
import type { ProcessIdentity } from "../../src/domain/job.ts";
import { endVerifiedProcess } from "../../src/jobs/end-process.ts";
import { identifyProcess, livenessOf } from "../../src/jobs/process-identity.ts";
import {
  type ProcessReader,
  parseLinuxStat,
  parsePsLine,
  systemProcessReader,
} from "../../src/jobs/process-reader.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";
import { fakeProcesses } from "./support.ts";

const recorded: ProcessIdentity = {
  pid: 42,
  startTime: "1000",
  host: "here",
  boot: "boot-1",
  pidNamespace: "pid:[1]",
};
const running = { 42: { startTime: "1000", zombie: false } };

describe("liveness", () => {
  verifies("jobs.process-identity", "the same pid with the same start time on the same boot is alive", () => {
    expect(livenessOf(recorded, fakeProcesses(running))).toBe("alive");
  });

  verifies(
    "jobs.process-identity",
    "a missing process, a zombie, a reused pid and another boot are dead",
    () => {
      expect(livenessOf(recorded, fakeProcesses({}))).toBe("dead");
      expect(livenessOf(recorded, fakeProcesses({ 42: { startTime: "1000", zombie: true } }))).toBe("dead");
      expect(livenessOf(recorded, fakeProcesses({ 42: { startTime: "1001", zombie: false } }))).toBe("dead");
      expect(livenessOf(recorded, fakeProcesses(running, { boot: "boot-2" }))).toBe("dead");
    },
  );

  verifies(
    "jobs.process-identity",
    "a process of another machine or another pid space is unknown, never dead",
    () => {
      const elsewhere = { host: "there", boot: "boot-9" };
      expect(livenessOf(recorded, fakeProcesses({}, elsewhere))).toBe("unknown");
      expect(livenessOf(recorded, fakeProcesses({}, { pidNamespace: "pid:[2]" }))).toBe("unknown");
      expect(livenessOf(recorded, fakeProcesses({}, { host: "there", boot: undefined }))).toBe("unknown");
    },
  );

  verifies("jobs.process-identity", "a machine whose host name changed is known by its boot", () => {
    expect(livenessOf(recorded, fakeProcesses(running, { host: "renamed" }))).toBe("alive");
    expect(livenessOf(recorded, fakeProcesses({}, { host: "renamed" }))).toBe("dead");
  });

  verifies(
    "jobs.process-identity",
    "where start times are not told, a missing pid is dead and a present one unknown",
    () => {
      const { startTime: _startTime, ...untimed } = recorded;
      expect(livenessOf(untimed, fakeProcesses({}))).toBe("dead");
      expect(livenessOf(untimed, fakeProcesses({ 42: { zombie: false } }))).toBe("unknown");
      expect(livenessOf(recorded, fakeProcesses({ 42: "hidden" }))).toBe("unknown");
    },
  );

  verifies(
    "jobs.process-identity",
    "this process identifies itself as alive and as dead for every other start time",
    () => {
      const reader = systemProcessReader();
      const self = identifyProcess(process.pid, reader);
      if (self?.startTime === undefined) throw new Error("no identity");
      expect(livenessOf(self, reader)).toBe("alive");
      expect(livenessOf({ ...self, startTime: `${self.startTime}1` }, reader)).toBe("dead");
      expect(identifyProcess(2 ** 30, reader)).toBeUndefined();
    },
  );
});

describe("what systems print", () => {
  verifies("jobs.process-identity", "the start time is found behind any process name", () => {
    const fields = "S 1 42 42 0 -1 4194304 100 0 0 0 1 2 0 0 20 0 1 0 777 1000000 200 18446744073709551615";
    fc.assert(
      fc.property(
        fc.string({ maxLength: 15 }),
        fc.constantFrom("", ")", ") Z 1 2", "(a) (b"),
        (name, tail) => {
          const facts = parseLinuxStat(`42 (${name}${tail}) ${fields}`);
          expect(facts).toEqual({ startTime: "777", zombie: false });
        },
      ),
    );
    expect(parseLinuxStat(`42 (node) ${fields.replace("S", "Z")}`)).toEqual({
      startTime: "777",
      zombie: true,
    });
    expect(parseLinuxStat("")).toBeUndefined();
  });

  verifies("jobs.process-identity", "a line of ps gives the start time and tells a zombie", () => {
    expect(parsePsLine("Ss   Sat Nov 21 02:47:00 2026    \n")).toEqual({
      startTime: "Sat Nov 21 02:47:00 2026",
      zombie: false,
    });
    expect(parsePsLine("Z+   Sat Nov 21 02:47:00 2026")?.zombie).toBe(true);
    expect(parsePsLine("\n")).toBeUndefined();
  });
});

describe("ending", () => {
  verifies("jobs.verified-kill", "a process that ignores SIGTERM is ended with its whole group", async () => {
    const reader = systemProcessReader();
    const { identity, grandchild, exited } = await startStubborn(reader);
    expect(await endVerifiedProcess(identity, reader, { graceMs: 50, killMs: 10_000 })).toBe("ended");
    await exited;
    expect(livenessOf(identity, reader)).toBe("dead");
    await untilDead(grandchild, reader);
    expect(await endVerifiedProcess(identity, reader)).toBe("already_dead");
  });

  verifies(
    "jobs.verified-kill",
    "a process with another start time, boot, machine or pid space is never signalled",
    async () => {
      const reader = systemProcessReader();
      const { identity, exited } = await startStubborn(reader);
      const others: readonly ProcessIdentity[] = [
        { ...identity, startTime: "1" },
        { ...identity, boot: "another" },
        { ...identity, boot: "another", host: "another" },
        { ...identity, pidNamespace: "another" },
        { pid: identity.pid, host: identity.host },
        { ...identity, pid: 1 },
      ];
      for (const other of others) {
        expect(["already_dead", "left"]).toContain(await endVerifiedProcess(other, reader));
      }
      expect(livenessOf(identity, reader)).toBe("alive");
      expect(await endVerifiedProcess(identity, reader, { graceMs: 0, killMs: 10_000 })).toBe("ended");
      await exited;
    },
  );
});

interface Stubborn {
  readonly identity: ProcessIdentity;
  readonly grandchild: ProcessIdentity;
  readonly exited: Promise<unknown>;
}

/** A group leader with a child, both deaf to SIGTERM. */
async function startStubborn(reader: ProcessReader): Promise<Stubborn> {
  const deaf = "process.on('SIGTERM', () => {}); setTimeout(() => {}, 120000);";
  const inner = `${deaf} process.stdout.write(process.pid + '\\n');`;
  const program = `${deaf} require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(inner)}], { stdio: 'inherit' });`;
  const child = spawn(process.execPath, ["-e", program], {
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const exited = once(child, "exit");
  const [line]: unknown[] = await once(child.stdout, "data");
  const identity = identifyProcess(child.pid ?? 0, reader);
  const grandchild = identifyProcess(Number(String(line).trim()), reader);
  if (identity === undefined || grandchild === undefined) throw new Error("the processes did not start");
  return { identity, grandchild, exited };
}

/** The system needs a moment to remove a killed process; the test's own limit ends a wait in vain. */
async function untilDead(identity: ProcessIdentity, reader: ProcessReader): Promise<void> {
  while (livenessOf(identity, reader) !== "dead") await new Promise(setImmediate);
}
