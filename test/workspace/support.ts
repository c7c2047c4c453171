import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { ReviewRequest } from "../../src/domain/run.ts";
import { type Change, listChanges } from "../../src/workspace/changes.ts";
import { type Diff, readDiff } from "../../src/workspace/diff.ts";
import { type GitWorld, openRepository, type Repository } from "../../src/workspace/repository.ts";
import { type ResolvedTarget, resolveTarget } from "../../src/workspace/target.ts";

/** A new folder, removed when the test ends. */
export function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tandem-workspace-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A world whose user has the given home and nothing else. */
export function makeWorld(home: string, environment: NodeJS.ProcessEnv = {}): GitWorld {
  return {
    environment: { PATH: process.env["PATH"], HOME: home, ...environment },
    platform: process.platform,
    timeoutMs: 60_000,
  };
}

/** A repository under test with the means to change it as a person would. */
export class Fixture {
  readonly home = makeFolder();
  readonly root: string;

  constructor(root: string = makeFolder()) {
    this.root = root;
  }

  /** A repository with one commit on `main` that holds `files`. */
  static withCommit(files: Record<string, string | Buffer> = { "a.txt": "one\n" }): Fixture {
    const fixture = Fixture.empty();
    fixture.commit(files);
    return fixture;
  }

  static empty(...initArguments: readonly string[]): Fixture {
    const fixture = new Fixture();
    fixture.git("init", "--quiet", "--initial-branch=main", ...initArguments);
    return fixture;
  }

  git(...argumentsList: readonly string[]): string {
    return execFileSync("git", argumentsList, {
      cwd: this.root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env["PATH"],
        HOME: this.home,
        GIT_AUTHOR_NAME: "A",
        GIT_AUTHOR_EMAIL: "a@example.org",
        GIT_COMMITTER_NAME: "A",
        GIT_COMMITTER_EMAIL: "a@example.org",
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: "protocol.file.allow",
        GIT_CONFIG_VALUE_0: "always",
      },
    }).trimEnd();
  }

  write(files: Record<string, string | Buffer>): void {
    for (const [name, content] of Object.entries(files)) {
      const file = join(this.root, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  }

  /** Writes and commits; gives the commit's id. */
  commit(files: Record<string, string | Buffer> = {}): string {
    this.write(files);
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message=change");
    return this.id("HEAD");
  }

  id(revision: string): string {
    return this.git("rev-parse", revision);
  }

  async open(environment: NodeJS.ProcessEnv = {}): Promise<Repository> {
    return openRepository(this.root, makeWorld(this.home, environment));
  }
}

/** Everything that is read of one target. */
export interface Gathered extends ResolvedTarget {
  readonly repository: Repository;
  readonly changes: readonly Change[];
  readonly diff: Diff;
}

/** Opens, resolves, lists and reads, as a review does. */
export async function gather(
  fixture: Fixture,
  request: Partial<ReviewRequest> = {},
  maxBytes = 1_000_000,
): Promise<Gathered> {
  const repository = await fixture.open();
  const resolved = await resolveTarget(repository, { scope: "auto", paths: [], ...request }, fixture.root);
  const changes = await listChanges(repository, resolved);
  const diff = await readDiff(repository, resolved, changes, maxBytes);
  return { ...resolved, repository, changes, diff };
}

/** The patch of one path as text. */
export function patchOf({ diff }: Pick<Gathered, "diff">, path: string): string {
  const file = diff.files.find(({ change }) => change.path === path);
  if (file?.text === undefined) throw new Error(`No patch of ${path}`);
  return file.text.toString("utf8");
}

/** An executable shell script. */
export function writeScript(file: string, body: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
}
