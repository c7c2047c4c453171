import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "smol-toml";
import { afterAll, expect } from "vitest";
import { TandemError } from "../../src/domain/errors/tandem-error.ts";
import { createRehearsalHome, removeRehearsalHome } from "../../src/rehearsal/rehearsal-home.ts";
import { makeHome } from "../support/homes.ts";
import { verifies } from "../support/requirements.ts";
import { readConfig } from "./codex-exec.ts";

const baseUrl = "http://127.0.0.1:1/v1";
const temporary = mkdtempSync(join(tmpdir(), "rehearsal-test-"));

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

async function kindOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "done";
  } catch (error) {
    return error instanceof TandemError ? error.report.kind : String(error);
  }
}

verifies("rehearsal.home", "a home is new, private, and leads to the given endpoint only", async () => {
  const parent = join(makeHome("parent"), "below", "it");
  const [home, other] = [
    await createRehearsalHome(parent, { baseUrl, requestRetries: 0, streamIdleMs: 250 }),
    await createRehearsalHome(parent, { baseUrl }),
  ];
  expect(home).not.toBe(other);
  expect(statSync(parent).mode & 0o777).toBe(0o700);
  expect(statSync(home).mode & 0o777).toBe(0o700);
  expect(statSync(join(home, "config.toml")).mode & 0o777).toBe(0o600);
  expect(parse(readConfig(home))).toMatchObject({
    model: "gpt-5.5",
    model_provider: "rehearsal",
    model_providers: {
      rehearsal: {
        base_url: baseUrl,
        wire_api: "responses",
        request_max_retries: 0,
        stream_idle_timeout_ms: 250,
      },
    },
  });
});

verifies(
  "rehearsal.home",
  "further configuration is merged table by table and cannot break the file",
  async () => {
    const name = 'a "quoted"\n[table]';
    const home = await createRehearsalHome(makeHome("parent"), {
      baseUrl,
      model: name,
      extraConfig: { features: { goals: false }, sandbox_mode: "read-only" },
    });
    expect(parse(readConfig(home))).toMatchObject({
      model: name,
      sandbox_mode: "read-only",
      features: { goals: false, plugins: false },
      model_providers: { rehearsal: { base_url: baseUrl } },
    });
  },
);

verifies(
  "rehearsal.home",
  "a home in the temp folder is refused, also behind a link and before it exists",
  async () => {
    const link = join(makeHome("links"), "link");
    symlinkSync(temporary, link);
    for (const parent of [temporary, join(temporary, "new", "er"), join(link, "new")]) {
      expect(await kindOf(createRehearsalHome(parent, { baseUrl }))).toBe("state_unwritable");
    }
    expect(readdirSync(temporary)).toEqual([]);
    const parent = makeHome("own-temp");
    const work = createRehearsalHome(join(parent, "x"), { baseUrl, temporaryFolders: [parent] });
    expect(await kindOf(work)).toBe("state_unwritable");
    const beside = createRehearsalHome(`${parent}-beside`, { baseUrl, temporaryFolders: [parent] });
    expect(await kindOf(beside)).toBe("done");
  },
);

verifies("rehearsal.home", "only a home of a rehearsal is removed, and a second time is fine", async () => {
  const home = await createRehearsalHome(makeHome("parent"), { baseUrl });
  const foreign = makeHome("rehearsal");
  await removeRehearsalHome(home);
  await removeRehearsalHome(home);
  expect(existsSync(home)).toBe(false);
  expect(await kindOf(removeRehearsalHome(foreign))).toBe("internal");
  expect(existsSync(foreign)).toBe(true);
});
