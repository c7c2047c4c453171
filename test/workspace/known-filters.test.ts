import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, realpathSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { readFilterDrivers } from "../../src/workspace/filters.ts";
import { findGit } from "../../src/workspace/find-git.ts";
import { gitEnvironment } from "../../src/workspace/git-environment.ts";
import { KnownFilters } from "../../src/workspace/known-filters.ts";
import { makeFolder } from "../jobs/support.ts";
import { testEnvironment } from "../support/environment.ts";
import { verifies } from "../support/requirements.ts";

/** Later than everything that a test writes, by more than the precision of file times. */
const later = () => Date.now() + 10_000;

function makeWorld({ now = later } = {}) {
  const home = makeFolder();
  const root = realpathSync(makeFolder());
  const environment = { ...testEnvironment(), HOME: home, GIT_CONFIG_NOSYSTEM: "1" };
  const run = (...words: readonly string[]) => execFileSync("git", words, { cwd: root, env: environment });
  run("init", "--quiet");
  let asked = 0;
  const known = new KnownFilters({
    now,
    ask: async (git) => {
      asked += 1;
      return readFilterDrivers(git);
    },
  });
  const { binary, searchPath } = findGit(root, environment, process.platform);
  const git = {
    binary,
    folder: root,
    environment: gitEnvironment(environment, searchPath),
    configuration: [],
    timeoutMs: 20_000,
  };
  return { home, root, run, asked: () => asked, drivers: async () => known.driversOf(root, git) };
}

type World = ReturnType<typeof makeWorld>;

const filter = '[filter "planted"]\n\tclean = touch /tmp/never\n';

describe("the filters of a repository", () => {
  verifies("start.filters", "are asked for once while nothing changes", async () => {
    const world = makeWorld();
    world.run("config", "filter.known.clean", "cat");
    for (let run = 0; run < 3; run++) expect(await world.drivers()).toEqual(["known"]);
    expect(world.asked()).toBe(1);
  });

  const changes: Record<string, (world: World) => void> = {
    "its configuration is changed": ({ run }) => run("config", "filter.planted.clean", "touch /tmp/never"),
    "another file takes the place of its configuration": ({ root }) => {
      writeFileSync(join(root, "planted"), filter);
      renameSync(join(root, "planted"), join(root, ".git", "config"));
    },
    "the user gets a configuration": ({ home }) => writeFileSync(join(home, ".gitconfig"), filter),
    "the user gets one in the other place": ({ home }) => {
      mkdirSync(join(home, ".config", "git"), { recursive: true });
      writeFileSync(join(home, ".config", "git", "config"), filter);
    },
    "another repository takes its place": ({ root, run }) => {
      renameSync(join(root, ".git"), join(root, "moved"));
      run("init", "--quiet");
      run("config", "filter.planted.clean", "touch /tmp/never");
    },
  };
  for (const [what, change] of Object.entries(changes)) {
    verifies("start.filters", `are asked for again when ${what}`, async () => {
      const world = makeWorld();
      expect(await world.drivers()).toEqual([]);
      change(world);
      expect(await world.drivers()).toEqual(["planted"]);
    });
  }

  verifies("start.filters", "are those of the repository around it once git takes it for none", async () => {
    for (const spoil of [
      (root: string) => writeFileSync(join(root, ".git", "HEAD"), "nonsense\n"),
      (root: string) => renameSync(join(root, ".git", "refs"), join(root, "refs")),
      (root: string) => chmodSync(join(root, ".git", "objects"), 0o000),
    ]) {
      const world = makeWorld();
      await world.drivers();
      spoil(world.root);
      await world.drivers();
      expect(world.asked()).toBe(2);
      chmodSync(join(world.root, ".git", "objects"), 0o700);
    }
  });

  const others: Record<string, (world: World) => void> = {
    "with an included configuration": ({ root, run }) => run("config", "include.path", join(root, "more")),
    "with a conditional one": ({ root, run }) =>
      run("config", "includeIf.onbranch:x.path", join(root, "more")),
    "with a configuration for each work tree": ({ run }) =>
      run("config", "extensions.worktreeConfig", "true"),
    "whose configuration lies elsewhere": ({ root }) =>
      writeFileSync(join(root, ".git", "commondir"), `${join(root, ".git")}\n`),
    "that lies elsewhere": ({ root }) => {
      renameSync(join(root, ".git"), join(root, "real"));
      writeFileSync(join(root, ".git"), `gitdir: ${join(root, "real")}\n`);
    },
  };
  for (const [what, change] of Object.entries(others)) {
    verifies("start.filters", `are asked for each time in a repository ${what}`, async () => {
      const world = makeWorld();
      change(world);
      for (let run = 0; run < 2; run++) expect(await world.drivers()).toEqual([]);
      expect(world.asked()).toBe(2);
    });
  }

  verifies("start.filters", "are asked for each time while the times of its files are new", async () => {
    const world = makeWorld({ now: Date.now });
    await world.drivers();
    await world.drivers();
    expect(world.asked()).toBe(2);
  });

  verifies("start.filters", "are asked for again after a minute", async () => {
    let passed = 0;
    const world = makeWorld({ now: () => later() + passed });
    await world.drivers();
    passed = 61_000;
    await world.drivers();
    expect(world.asked()).toBe(2);
  });
});
