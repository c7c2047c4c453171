import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Fills the state root of a home folder with copies of the newest ended job of a world, and gives the world with that home. It has
 * the same workspace and the same CODEX_HOME.
 */
export function withManyJobs(world, count) {
  const home = `${world.home}-many`;
  const stateRoot = world.stateRoot.replace(world.home, home);
  cpSync(world.stateRoot, stateRoot, { recursive: true, filter: (path) => !isLive(path) });
  const template = readdirSync(join(stateRoot, "jobs")).sort().at(-1);
  const record = readFileSync(join(stateRoot, "jobs", template, "job.json"), "utf8");
  const [workspace] = readdirSync(join(stateRoot, "workspaces"));
  for (let index = 0; index < count; index++) {
    const id = idOf(index);
    const folder = join(stateRoot, "jobs", id);
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(folder, "job.json"), record.replaceAll(template, id), { mode: 0o600 });
    writeFileSync(join(stateRoot, "workspaces", workspace, id), "", { mode: 0o600 });
    if (index >= count - recentJobs)
      writeFileSync(join(stateRoot, "recent", workspace, id), "", { mode: 0o600 });
  }
  return { ...world, home, stateRoot, environment: { ...world.environment, HOME: home } };
}

/** Sockets and records of brokers belong to one state root. */
function isLive(path) {
  return /[\\/]brokers(?:[\\/]|$)/.test(path);
}

/** An id of the form of ours, older than those of the jobs that ran. */
function idOf(index) {
  const time = new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString();
  const digits = time.replace(/[-:.Z]/g, "").replace("T", "t");
  const number = index.toString(letters.length).padStart(6, "0");
  return `${digits}-${[...number].map((digit) => letters[Number.parseInt(digit, letters.length)]).join("")}`;
}

/** As many of the newest as src/jobs/create-job.ts keeps apart. */
const recentJobs = 64;

const letters = "bcdfghjkmnpqrstvwxz";
