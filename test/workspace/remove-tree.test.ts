import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { openFolders } from "../../src/workspace/open-folders.ts";
import { verifies } from "../support/requirements.ts";

verifies("operator.apart", "leave no folder, though another removal of it is not over yet", async () => {
  for (let round = 0; round < 20; round++) {
    const folder = mkdtempSync(join(tmpdir(), "tandem-tree-"));
    for (let index = 0; index < 50; index++) {
      mkdirSync(join(folder, String(index), "deeper"), { recursive: true });
      writeFileSync(join(folder, String(index), "deeper", "x"), "x");
    }
    await Promise.all([rm(folder, { recursive: true, force: true, maxRetries: 3 }), openFolders(folder)]);
    expect(existsSync(folder)).toBe(false);
  }
});
