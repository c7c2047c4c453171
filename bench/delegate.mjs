import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { median, timed } from "./timing.mjs";

const uncommittedFiles = 50;
const editedFiles = 20;
const identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.com"];

/**
 * Medians in milliseconds of all that a delegated task does with its work tree (make it with what is not committed, make the patch of
 * what was edited, remove it), and of git's own commands for the same, taking turns in one process.
 */
export async function measureDelegating(repository, { files, runs }) {
  const folder = mkdtempSync(join(tmpdir(), "tandem-delegate-"));
  try {
    const workspace = join(folder, "person");
    makeRepository(workspace, files);
    const ours = await load(repository, folder);
    const times = { ours: [], git: [] };
    for (let run = 0; run < runs; run++) {
      times.git.push(await byGit(workspace, join(folder, "by-git")));
      times.ours.push(await byUs(ours, workspace, folder));
    }
    return { ours: median(times.ours), git: median(times.git) };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

async function byGit(workspace, tree) {
  const git = (cwd, parameters, input) =>
    execFileSync("git", [...identity, ...parameters], {
      cwd,
      input,
      stdio: ["pipe", "pipe", "ignore"],
      maxBuffer: 2 ** 30,
    });
  const making = timed(() => {
    git(workspace, ["worktree", "add", "--quiet", "--detach", tree, "HEAD"]);
    const uncommitted = git(workspace, ["diff", "--binary", "HEAD"]);
    git(tree, ["apply", "--index"], uncommitted);
    git(tree, ["commit", "--quiet", "--no-verify", "-m", "baseline"]);
    git(tree, ["status", "--porcelain"]);
  });
  edit(tree);
  const ending = timed(() => {
    git(tree, ["add", "--all"]);
    writeFileSync(`${tree}.diff`, git(tree, ["diff", "--cached", "--binary", "--full-index", "HEAD"]));
    git(workspace, ["apply", "--check", `${tree}.diff`]);
    git(workspace, ["worktree", "remove", "--force", tree]);
  });
  return (await making) + (await ending);
}

async function byUs(ours, workspace, folder) {
  const place = ours.worktreePlace(join(folder, "worktrees"), "20260101t000000000-bcdfgh");
  const world = { environment: process.env, platform: process.platform, timeoutMs: 60_000 };
  const wishes = { job: "bench", cwd: workspace, includeUntracked: false, links: [] };
  let user;
  let made;
  const making = await timed(async () => {
    user = await ours.openRepository(workspace, world);
    made = await ours.createWorktree(user, place, wishes);
  });
  edit(place.tree);
  const ending = await timed(async () => {
    const { record } = made;
    const left = { user, place, record, job: wishes.job, folder, previewBytes: 200_000 };
    await ours.makePatch(left);
    rmSync(place.folder, { recursive: true });
  });
  return making + ending;
}

/** What a model does meanwhile, which is not measured. */
function edit(tree) {
  for (let index = 0; index < editedFiles; index++) {
    writeFileSync(join(tree, `part-${index}`, `made-${index}.js`), `export const made = ${index};\n`);
    writeFileSync(join(tree, `part-${index}`, `file-${index}.js`), `export const value = "edited";\n`);
  }
}

function makeRepository(workspace, files) {
  mkdirSync(workspace);
  const path = (index) => join(workspace, `part-${index % 100}`, `file-${index}.js`);
  for (let index = 0; index < files; index++) {
    if (index < 100) mkdirSync(join(workspace, `part-${index}`));
    writeFileSync(path(index), `export const value${index} = ${index};\n`.repeat(20));
  }
  const git = (parameters) =>
    execFileSync("git", [...identity, ...parameters], { cwd: workspace, stdio: "ignore" });
  git(["init", "--quiet"]);
  // No housekeeping of git in the background of what is measured.
  git(["config", "maintenance.auto", "false"]);
  git(["add", "."]);
  git(["commit", "--quiet", "-m", "start"]);
  for (let index = 200; index < 200 + uncommittedFiles; index++) {
    writeFileSync(path(index), `export const value${index} = "mine";\n`);
  }
}

async function load(repository, folder) {
  const outfile = join(folder, "delegate.mjs");
  await build({
    absWorkingDir: repository,
    stdin: {
      contents: [
        'export { openRepository } from "./src/workspace/repository.ts";',
        'export { createWorktree } from "./src/workspace/worktree/create.ts";',
        'export { worktreePlace } from "./src/workspace/worktree/place.ts";',
        'export { makePatch } from "./src/tasks/delegate/make-patch.ts";',
      ].join("\n"),
      resolveDir: repository,
    },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    logLevel: "warning",
    // Of CommonJS libraries in a bundle of modules.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  return import(pathToFileURL(outfile).href);
}
