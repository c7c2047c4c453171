import { spawnSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { clients } from "../../scripts/clients.mjs";
import { repository } from "../support/repository.ts";
import { verifies } from "../support/requirements.ts";
import { fixtureMarketplace } from "./support/fixture-plugin.ts";

const script = join(repository, "scripts", "validate-plugin.mjs");
const validate = (folder: string) => spawnSync(process.execPath, [script, folder], { encoding: "utf8" });
const manifests = [".claude-plugin/marketplace.json", "plugin/.claude-plugin/plugin.json"];

verifies("e2e.harness.validate", "a marketplace without a fault passes in both clients", () => {
  expect(validate(fixtureMarketplace)).toMatchObject({ status: 0, stderr: "" });
});

for (const manifest of manifests) {
  verifies("e2e.harness.validate", `what is only a warning fails in both, in ${manifest}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "tandem-marketplace-"));
    onTestFinished(async () => rm(folder, { recursive: true, force: true }));
    await cp(fixtureMarketplace, folder, { recursive: true });
    const text = await readFile(join(folder, manifest), "utf8");
    await writeFile(join(folder, manifest), JSON.stringify({ ...JSON.parse(text), description: undefined }));
    const { status, stderr } = validate(folder);
    expect(status).toBe(1);
    const refused = manifest.startsWith("plugin/") ? join(folder, "plugin") : folder;
    for (const { version } of clients) {
      expect(stderr).toContain(`Claude Code ${version} refuses ${refused}:`);
    }
  });
}
