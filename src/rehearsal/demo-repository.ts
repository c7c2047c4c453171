import { execFile } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { devNull } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { messageOf, TandemError } from "../domain/errors/tandem-error.ts";
import { gitEnvironment } from "../workspace/git-environment.ts";
import { type DemoFiles, firstCommitFiles, secondCommitFiles, uncommittedFiles } from "./demo-files.ts";

const run = promisify(execFile);
const author = { name: "Demo Author", email: "demo@example.invalid" };

/**
 * Makes a small git repository with two commits and an uncommitted change that has a real bug. The same bytes give the same
 * commit ids everywhere; nothing of the person's git configuration or hooks is used. Throws `usage` for a folder that is not
 * empty.
 */
export async function createDemoRepository(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) {
    throw new TandemError("usage", {
      problem: `${folder} is not empty.`,
      hint: "Name a new folder for the demo repository.",
    });
  }
  // An empty template keeps hooks and excludes of the system out.
  await git(folder, ["init", "--quiet", "--template=", "--initial-branch=main"]);
  await commit(folder, firstCommitFiles, "Add a token bucket", "2026-03-02T09:00:00Z");
  await commit(folder, secondCommitFiles, "Send messages through the token bucket", "2026-03-03T09:00:00Z");
  await writeFiles(folder, uncommittedFiles);
}

async function commit(folder: string, files: DemoFiles, subject: string, date: string): Promise<void> {
  await writeFiles(folder, files);
  await git(folder, ["add", "--all"]);
  await git(folder, ["commit", "--quiet", "--no-verify", "--message", subject], date);
}

async function writeFiles(folder: string, files: DemoFiles): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
  }
}

async function git(folder: string, words: readonly string[], date = ""): Promise<void> {
  const environment = {
    ...gitEnvironment(process.env, process.env["PATH"] ?? ""),
    HOME: folder,
    GIT_CONFIG_GLOBAL: devNull,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
    GIT_COMMITTER_DATE: date,
  };
  try {
    // Line ends stay as written, so that the commit ids are the same on every system.
    await run("git", ["-c", "core.autocrlf=false", ...words], { cwd: folder, env: environment });
  } catch (error) {
    throw new TandemError("internal", { cause: `git ${words[0]} failed: ${messageOf(error)}` });
  }
}
