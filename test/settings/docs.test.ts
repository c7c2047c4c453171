import { spawnSync } from "node:child_process";
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "smol-toml";
import { describe, expect } from "vitest";
import { fromJSONSchema } from "zod";
import { errorCatalogue } from "../../src/domain/errors/tandem-error.ts";
import { describeFlag, renderSettingsSchema } from "../../src/settings/describe.ts";
import { renderSettingsPage } from "../../src/settings/page.ts";
import { settingKeys, settingOf } from "../../src/settings/table.ts";
import { verifies } from "../support/requirements.ts";
import { makeFolder } from "./support.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const script = join(repository, "scripts", "docs.mjs");
const runDocs = (...options: string[]) =>
  spawnSync(process.execPath, [script, ...options], { encoding: "utf8", cwd: makeFolder() });

describe("generated pages", () => {
  verifies("settings.docs", "the committed pages are what the tables give", () => {
    expect(runDocs("--check").stderr).toBe("");
  });

  verifies(
    "settings.docs",
    "the check fails on a drifted or missing page, names it and writes nothing",
    () => {
      const folder = makeFolder();
      expect(runDocs("--into", folder).status).toBe(0);
      expect(runDocs("--into", folder, "--check").status).toBe(0);
      const page = join(folder, "docs", "settings.md");
      appendFileSync(page, "drift\n");
      const drifted = runDocs("--into", folder, "--check");
      expect([drifted.status, drifted.stderr.includes("docs/settings.md")]).toEqual([1, true]);
      expect(readFileSync(page, "utf8")).toMatch(/drift\n$/);
      expect(runDocs("--into", makeFolder(), "--check").status).toBe(1);
    },
  );

  verifies("settings.docs", "the page has every setting with its default and its variable", () => {
    const page = renderSettingsPage();
    for (const key of settingKeys) expect(page).toContain(`### ${key}\n`);
    expect(page).toContain("`TANDEM_TIMEOUT_REVIEW`");
    expect(page).not.toContain("TANDEM_ALLOW_FULL_ACCESS");
    expect(page).not.toContain("undefined");
  });

  verifies("settings.docs", "the schema takes exactly what its own kinds take from a file", () => {
    const schema = fromJSONSchema(JSON.parse(renderSettingsSchema()));
    const files: Record<string, boolean> = {
      [`model = "gpt-5.5"\nstall = 90\ntimeout_review = "45m"\ninput_byte_cap = "200k"`]: true,
      [`mcp_allow = ["docs"]\nallow_full_access = true\nretention_read_days = 3`]: true,
      [`modle = "x"`]: false,
      [`stall = "soon"`]: false,
      [`isolation = "all"`]: false,
      "retention_read_days = 0": false,
      [`mcp_allow = ["a b"]`]: false,
    };
    for (const [toml, valid] of Object.entries(files))
      expect(schema.safeParse(parse(toml)).success, toml).toBe(valid);
  });

  verifies("settings.docs", "the help of a flag names the default and the variable", () => {
    expect(describeFlag("timeout_review")).toEqual({
      flag: "--timeout",
      help: "Time after which a review is stopped. (default: 30m; TANDEM_TIMEOUT_REVIEW)",
    });
    for (const key of settingKeys)
      expect(describeFlag(key) === undefined).toBe(settingOf(key).flag === undefined);
  });

  verifies(
    "settings.docs",
    "docs/errors.md has every kind once, with a repair and without a hole in its text",
    () => {
      const page = readFileSync(join(repository, "docs", "errors.md"), "utf8");
      for (const kind of Object.keys(errorCatalogue))
        expect(page.split(`\n| \`${kind}\` `), kind).toHaveLength(2);
      expect(page).not.toMatch(/undefined|\[object/);
    },
  );
});
