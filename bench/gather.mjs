import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { median, timed } from "./timing.mjs";

const trackedFiles = 100_000;
const changedFiles = 5_000;

/** What has to be known of a work tree for a review, asked of git itself. */
const gitCommands = [
  ["status", "--porcelain=v2", "-z", "--untracked-files=all"],
  ["diff", "--raw", "-z", "HEAD"],
  ["ls-files", "--others", "--exclude-standard", "-z"],
  ["diff", "HEAD"],
];

/** Medians in milliseconds of gathering a large change and of git's own commands for it, taking turns in one process. */
export async function measureGathering(repository, runs) {
  const folder = mkdtempSync(join(tmpdir(), "tandem-gather-"));
  try {
    const workspace = join(folder, "large");
    makeLargeRepository(workspace);
    const { prepareReview } = await load(repository, folder);
    const request = {
      cwd: workspace,
      review: { scope: "working-tree", paths: [] },
      gitTimeoutMs: 60_000,
      inputByteCap: 200_000,
    };
    const times = { ours: [], git: [] };
    for (let run = 0; run < runs; run++) {
      times.git.push(await timed(async () => gitCommands.forEach((command) => runGit(workspace, command))));
      times.ours.push(
        await timed(async () =>
          prepareReview(request, { environment: process.env, platform: process.platform }),
        ),
      );
    }
    return { ours: median(times.ours), git: median(times.git) };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

function makeLargeRepository(workspace) {
  mkdirSync(workspace);
  for (let index = 0; index < trackedFiles; index++) {
    const part = join(workspace, `part-${index % 500}`);
    if (index < 500) mkdirSync(part);
    writeFileSync(join(part, `file-${index}.js`), `export const value${index} = ${index};\n`);
  }
  const identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.com"];
  runGit(workspace, ["init", "--quiet"]);
  // No housekeeping of git in the background of what is measured.
  runGit(workspace, ["config", "maintenance.auto", "false"]);
  runGit(workspace, ["add", "."]);
  runGit(workspace, [...identity, "commit", "--quiet", "-m", "start"]);
  for (let index = 0; index < changedFiles; index++) {
    writeFileSync(
      join(workspace, `part-${index % 500}`, `file-${index}.js`),
      `export const value${index} = -1;\n`,
    );
  }
}

function runGit(cwd, parameters) {
  execFileSync("git", parameters, { cwd, stdio: ["ignore", "ignore", "inherit"], maxBuffer: 2 ** 30 });
}

async function load(repository, folder) {
  const outfile = join(folder, "prepare-review.mjs");
  await build({
    absWorkingDir: repository,
    entryPoints: ["src/tasks/prepare-review.ts"],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    logLevel: "warning",
  });
  return import(pathToFileURL(outfile).href);
}
