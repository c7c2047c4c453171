import { describe, expect } from "vitest";
import {
  isJobId,
  isTerminal,
  type JobStatus,
  jobStatuses,
  matchingJobIds,
  mayBecome,
  newJobId,
  shortJobId,
} from "../../src/domain/job.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";

const anyStatus = fc.constantFrom(...jobStatuses);
const anyTime = fc.date({
  min: new Date("2000-01-01"),
  max: new Date("2099-12-31"),
  noInvalidDate: true,
});

describe("states", () => {
  verifies("domain.job-states", "no sequence of wishes leads out of an end or around running", () => {
    fc.assert(
      fc.property(fc.array(anyStatus, { maxLength: 30 }), (wishes) => {
        let status: JobStatus = "queued";
        const path: JobStatus[] = [status];
        for (const wish of wishes) {
          if (!mayBecome(status, wish)) continue;
          status = wish;
          path.push(status);
        }
        expect(path.slice(0, -1).some(isTerminal)).toBe(false);
        expect(new Set(path).size).toBe(path.length);
        if (path.includes("succeeded")) expect(path).toEqual(["queued", "running", "succeeded"]);
      }),
    );
  });

  verifies(
    "domain.job-states",
    "a job that never ran can fail or be cancelled, and only those three states are ends",
    () => {
      expect(jobStatuses.filter((status) => mayBecome("queued", status))).toEqual([
        "running",
        "failed",
        "cancelled",
      ]);
      expect(jobStatuses.filter(isTerminal)).toEqual(["succeeded", "failed", "cancelled"]);
    },
  );
});

describe("ids", () => {
  verifies("domain.job-ids", "every new id is well formed and names its time", () => {
    fc.assert(
      fc.property(anyTime, (time) => {
        const id = newJobId(time);
        expect(isJobId(id)).toBe(true);
        expect(id.replace(/\D/g, "")).toBe(time.toISOString().replace(/\D/g, ""));
        expect(id.endsWith(shortJobId(id))).toBe(true);
      }),
    );
  });

  verifies("domain.job-ids", "ids of different times sort as the times do", () => {
    fc.assert(
      fc.property(anyTime, anyTime, (one, other) => {
        fc.pre(one.getTime() !== other.getTime());
        expect(newJobId(one) < newJobId(other)).toBe(one < other);
      }),
    );
  });

  verifies("domain.job-ids", "a thousand jobs of one millisecond get different ids", () => {
    const now = new Date("2026-11-21T02:47:00.123Z");
    const ids = new Set(Array.from({ length: 1_000 }, () => newJobId(now)));
    // 6 of 19 letters: two equal ones among 1,000 have a chance of 1 %, three pairs one of a millionth.
    expect(ids.size).toBeGreaterThan(996);
  });

  verifies("domain.job-ids", "nothing that could lead out of a folder passes for an id", () => {
    for (const text of ["", ".", "..", "../20261121t024700123-bcdfgh", "20261121t024700123-bcdfgh/x"]) {
      expect(isJobId(text)).toBe(false);
    }
    expect(isJobId("20261121t024700123-bcdfgh\n")).toBe(false);
    expect(isJobId("20261121t024700123-BCDFGH")).toBe(false);
    expect(isJobId("20261121t024700123-bcdfgh")).toBe(true);
  });
});

describe("names", () => {
  verifies(
    "domain.job-names",
    "every prefix and suffix of an id, and of its letters, finds it among others",
    () => {
      fc.assert(
        fc.property(fc.array(anyTime, { minLength: 1, maxLength: 20 }), fc.nat(), (times, seed) => {
          const ids = times.map(newJobId);
          const id = ids[seed % ids.length] ?? "";
          const length = 1 + (seed % id.length);
          expect(matchingJobIds(ids, id.slice(0, length))).toContain(id);
          expect(matchingJobIds(ids, id.slice(-length))).toContain(id);
          expect(matchingJobIds(ids, shortJobId(id).slice(0, length))).toContain(id);
        }),
      );
    },
  );

  verifies(
    "domain.job-names",
    "a whole id names itself alone, and a part from the middle names nothing",
    () => {
      const ids = ["20261121t024700123-bcdfgh", "20261121t024700123-zzzzzz"];
      expect(matchingJobIds(ids, "20261121t024700123-bcdfgh")).toEqual(["20261121t024700123-bcdfgh"]);
      expect(matchingJobIds(ids, "20261121t0247")).toEqual(ids);
      expect(matchingJobIds(ids, "cdfg")).toEqual([]);
      expect(matchingJobIds(ids, "bcd")).toEqual(["20261121t024700123-bcdfgh"]);
    },
  );
});
