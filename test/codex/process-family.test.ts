import { expect } from "vitest";
import {
  familyOf,
  listProcesses,
  type ProcessEntry,
  readPs,
  survivorsOf,
} from "../../src/codex/process-family.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";

const entry = (pid: number, parent: number, more: Partial<ProcessEntry> = {}): ProcessEntry => ({
  pid,
  parent,
  group: pid,
  startedAt: `t${pid}`,
  isZombie: false,
  ...more,
});

verifies("exec.family", "a family is the leader, its descendants, and who is in its group or session", () => {
  const all = [
    entry(1, 0),
    entry(10, 1),
    entry(11, 10),
    entry(12, 11, { session: 12 }),
    entry(13, 1, { group: 10 }),
    entry(14, 1, { session: 10 }),
    entry(15, 14),
    entry(20, 1),
    entry(21, 20, { session: 20 }),
  ];
  expect(familyOf([10], all).map(({ pid }) => pid)).toEqual([10, 11, 12, 13, 14, 15]);
});

verifies("exec.family", "a family never holds a process that has no tie to the leader", () => {
  const processes = fc.uniqueArray(
    fc.record({ pid: fc.integer({ min: 2, max: 40 }), parent: fc.integer({ min: 0, max: 40 }) }),
    { selector: ({ pid }) => pid },
  );
  fc.assert(
    fc.property(processes, (pairs) => {
      const all = pairs.map(({ pid, parent }) => entry(pid, parent));
      const family = new Set(familyOf([7], all).map(({ pid }) => pid));
      for (const { pid, parent } of all) {
        expect(family.has(pid)).toBe(pid === 7 || (family.has(parent) && pid !== 7) || parent === 7);
      }
    }),
  );
});

verifies("exec.family", "a later process with the same pid, and a zombie, are no survivors", () => {
  const earlier = [entry(10, 1), entry(11, 1), entry(12, 1), entry(13, 1)];
  const now = [entry(10, 1), entry(11, 1, { startedAt: "later" }), entry(12, 1, { isZombie: true })];
  expect(survivorsOf(earlier, now).map(({ pid }) => pid)).toEqual([10]);
});

verifies("exec.family", "the table of ps is read, whatever the month", () => {
  const table = [
    "    1     0     1 Ss   Mon Jan  1 00:00:00 2024",
    " 4711     1  4711 Z+   Tue Nov 21 03:45:13 2026",
    "nonsense",
    "",
  ].join("\n");
  expect(readPs(table)).toEqual([
    { pid: 1, parent: 0, group: 1, startedAt: "Mon Jan  1 00:00:00 2024", isZombie: false },
    { pid: 4711, parent: 1, group: 4711, startedAt: "Tue Nov 21 03:45:13 2026", isZombie: true },
  ]);
});

verifies(
  "exec.family",
  "this very process is listed with its parent, by every way that there is here",
  async () => {
    const ways = process.platform === "linux" ? (["linux", "darwin"] as const) : (["darwin"] as const);
    for (const platform of ways) {
      const own = (await listProcesses(platform)).find(({ pid }) => pid === process.pid);
      expect(own).toMatchObject({ parent: process.ppid, isZombie: false });
    }
    expect(await listProcesses("win32")).toEqual([]);
  },
);
