import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect } from "vitest";
import { placeOutsideTemp } from "../../scripts/outside-temp.mjs";
import { makeHome, testHomesFolder } from "../support/homes.ts";
import { verifies } from "../support/requirements.ts";

describe.runIf(process.platform !== "win32")("the place of homes", () => {
  const temporary = mkdtempSync(join(tmpdir(), "tandem-place-"));
  afterAll(() => rmSync(temporary, { recursive: true, force: true }));

  verifies(
    "tooling.homes",
    "for a checkout in the temp folder, also by way of a link, it is in /var/tmp",
    () => {
      const checkout = join(temporary, "checkout");
      mkdirSync(checkout);
      const link = join(makeHome("place"), "link");
      symlinkSync(checkout, link);
      for (const repository of [checkout, link]) {
        expect(placeOutsideTemp(repository, "run-1")).toBe("/var/tmp/codex-tandem-run-1");
      }
    },
  );

  verifies(
    "tooling.homes",
    "for a checkout elsewhere it is a folder of the checkout that git ignores",
    () => {
      // The folder of this test run serves as the checkout: it is never in the temp folder.
      expect(placeOutsideTemp(testHomesFolder, "run-1")).toBe(join(testHomesFolder, ".test-homes", "run-1"));
    },
  );
});
