import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect } from "vitest";
import { demoFindings } from "../../src/rehearsal/demo-findings.ts";
import { createDemoRepository } from "../../src/rehearsal/demo-repository.ts";
import { verifies } from "../support/requirements.ts";

const run = promisify(execFile);
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "demo-repository-"));
  await createDemoRepository(folder);
});

afterAll(async () => rm(folder, { recursive: true, force: true }));

async function git(...words: string[]): Promise<string> {
  const environment = { PATH: process.env["PATH"] ?? "", HOME: folder, GIT_CONFIG_NOSYSTEM: "1" };
  return (await run("git", words, { cwd: folder, env: environment })).stdout.trim();
}

interface Limiter {
  tryTake(): boolean;
}

/** How many tokens are to be had in ten seconds by asking every 100 ms, after the first burst. */
async function tokensInTenSeconds(source: string): Promise<number> {
  const file = join(folder, "..", `limiter-${Math.random()}.mjs`);
  await writeFile(file, source);
  try {
    const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
      RateLimiter: new (options: object) => Limiter;
    };
    let time = 0;
    const limiter = new module.RateLimiter({ capacity: 2, refillPerSecond: 5, now: () => time });
    while (limiter.tryTake());
    let taken = 0;
    for (let step = 0; step < 100; step += 1) {
      time += 100;
      if (limiter.tryTake()) taken += 1;
    }
    return taken;
  } finally {
    await rm(file);
  }
}

verifies(
  "rehearsal.demo_repository",
  "it has two commits and an uncommitted change of four files",
  async () => {
    expect((await git("log", "--format=%s|%an|%ae")).split("\n")).toEqual([
      "Send messages through the token bucket|Demo Author|demo@example.invalid",
      "Add a token bucket|Demo Author|demo@example.invalid",
    ]);
    expect((await git("status", "--short")).split("\n").map((line) => line.trim())).toEqual([
      "M README.md",
      "M src/outbox.js",
      "M src/rate-limiter.js",
      "M test/outbox.test.js",
    ]);
    expect(await git("branch", "--show-current")).toBe("main");
  },
);

verifies(
  "rehearsal.demo_repository",
  "the same commits come out everywhere, whatever git is configured",
  async () => {
    const other = await mkdtemp(join(tmpdir(), "demo-repository-"));
    const settings = `${other}-gitconfig`;
    await writeFile(
      settings,
      "[user]\nname = Somebody\n[commit]\ngpgSign = true\n[core]\nhooksPath = /nowhere\n",
    );
    const before = process.env["GIT_CONFIG_GLOBAL"];
    process.env["GIT_CONFIG_GLOBAL"] = settings;
    try {
      await createDemoRepository(other);
      const head = await readFile(join(other, ".git", "refs", "heads", "main"), "utf8");
      expect(head.trim()).toBe(await git("rev-parse", "HEAD"));
    } finally {
      if (before === undefined) delete process.env["GIT_CONFIG_GLOBAL"];
      else process.env["GIT_CONFIG_GLOBAL"] = before;
      await rm(other, { recursive: true });
      await rm(settings);
    }
  },
);

verifies("rehearsal.demo_repository", "a folder with content is refused and left alone", async () => {
  await expect(createDemoRepository(folder)).rejects.toThrow("not empty");
});

verifies("rehearsal.demo_repository", "its tests pass before and after the change", async () => {
  const environment = { PATH: process.env["PATH"] ?? "" };
  await run(process.execPath, ["--test"], { cwd: folder, env: environment });
  await git("stash");
  try {
    await run(process.execPath, ["--test"], { cwd: folder, env: environment });
  } finally {
    await git("stash", "pop");
  }
});

verifies(
  "rehearsal.demo_repository",
  "the high finding is true: the change starves a caller that asks often",
  async () => {
    const before = await tokensInTenSeconds(await git("show", "HEAD:src/rate-limiter.js"));
    const after = await tokensInTenSeconds(await readFile(join(folder, "src/rate-limiter.js"), "utf8"));
    expect([before, after]).toEqual([50, 0]);
  },
);

verifies(
  "rehearsal.demo_repository",
  "the low finding is true: the README says seconds, the code milliseconds",
  async () => {
    expect(await readFile(join(folder, "README.md"), "utf8")).toContain("every `interval` seconds");
    expect(await readFile(join(folder, "src/outbox.js"), "utf8")).toContain(
      "setInterval(() => this.flush(), intervalMs)",
    );
  },
);

verifies("rehearsal.demo_repository", "every finding quotes lines of the changed files", async () => {
  expect(demoFindings.map((finding) => finding.severity)).toEqual(["high", "low"]);
  for (const finding of demoFindings) {
    expect(await readFile(join(folder, finding.path), "utf8")).toContain(`${finding.quote}\n`);
  }
});
