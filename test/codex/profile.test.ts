import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { readProfile } from "../../src/codex/profile.ts";
import { verifies } from "../support/requirements.ts";

const home = mkdtempSync(join(tmpdir(), "tandem-profile-"));

afterAll(() => rmSync(home, { recursive: true }));

function write(name: string, content: string): void {
  writeFileSync(join(home, `${name}.config.toml`), content);
}

verifies("codex.overrides", "a profile's keys come out with their types", async () => {
  write("fast", 'model = "gpt-x"\n[model_providers.p]\nname = "P"\nquery_params = { a = "1" }\n');
  expect(await readProfile(home, "fast")).toEqual({
    model: "gpt-x",
    model_providers: { p: { name: "P", query_params: { a: "1" } } },
  });
});

verifies("codex.overrides", "a profile that sets a protected key is refused with its file", async () => {
  write("loose", 'model = "gpt-x"\n[features]\n"g\\u006fals" = true\n');
  await expect(readProfile(home, "loose")).rejects.toMatchObject({
    report: {
      kind: "config_rejected",
      details: { key: "features.goals", source: join(home, "loose.config.toml") },
    },
  });
});

verifies("codex.overrides", "a name that is no profile's name never becomes a path", async () => {
  mkdirSync(join(home, "sub"));
  writeFileSync(join(home, "sub", "x.config.toml"), "a = 1\n");
  for (const name of ["sub/x", "../x", "", "a b", "x\0", "."]) {
    await expect(readProfile(home, name)).rejects.toMatchObject({ report: { kind: "usage" } });
  }
});

verifies("codex.overrides", "a missing, broken or unsendable profile says which file it is", async () => {
  write("broken", "a = ");
  write("dated", "a = 2024-01-01\n");
  for (const name of ["missing", "broken", "dated"]) {
    await expect(readProfile(home, name)).rejects.toMatchObject({
      report: { kind: "input_unreadable", details: { path: join(home, `${name}.config.toml`) } },
    });
  }
});
