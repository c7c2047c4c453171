import { copyFileSync, lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { TandemError } from "../../domain/errors/tandem-error.ts";
import { makeFolder } from "../../settings/make-folder.ts";
import { lookAt } from "../apply/file-state.ts";
import { fingerprintTree } from "../fingerprint.ts";
import { readGit } from "../git.ts";
import type { Git } from "../git-process.ts";
import { pathText, splitRecords } from "../paths.ts";
import { worktreePath } from "../read-files.ts";
import type { Repository } from "../repository.ts";
import { readStatus } from "../status.ts";
import { makeAgentRepository } from "./agent-repository.ts";
import { controlRepository, withOwnObjects } from "./control-git.ts";
import { inParallel } from "./in-parallel.ts";
import { linkFolders } from "./link-folders.ts";
import type { WorktreePlace } from "./place.ts";
import { type WorktreeRecord, writeWorktreeRecord } from "./record.ts";
import { listTracked, readSeed, requireCommit, type Seed } from "./seed.ts";
import { stageFiles } from "./stage-files.ts";

export interface WorktreeWishes {
  readonly job: string;
  /** Where the person works, inside of the repository. */
  readonly cwd: string;
  readonly includeUntracked: boolean;
  /** Folders that git ignores, relative to the root. */
  readonly links: readonly string[];
  /** Told what is done, in words: a large work tree takes a while. */
  readonly onStep?: (step: string) => void;
}

export interface CreatedWorktree {
  readonly record: WorktreeRecord;
  readonly warnings: readonly string[];
}

/** How often is looked whether the user's files have stood still. */
const attempts = 3;

/**
 * Makes a work tree of its own in `place` with the user's files as they are now: HEAD with what is not committed, recorded as a commit
 * that no ref names. In the user's repository nothing is written, and nothing that it configures is run. Throws when the files
 * cannot be had exactly.
 */
export async function createWorktree(
  user: Repository,
  place: WorktreePlace,
  wishes: WorktreeWishes,
): Promise<CreatedWorktree> {
  const commit = requireCommit(user);
  makeFolder(place.folder);
  for (const folder of [place.control, place.objects, place.tree, place.temporary])
    mkdirSync(folder, { mode: 0o700 });
  writeFileSync(`${place.control}/HEAD`, `${commit}\n`);
  writeFileSync(`${place.control}/commondir`, `${user.commonDirectory}\n`);
  copyWorktreeConfig(user, place);
  const control = controlRepository(user, place, commit);
  const { onStep = () => undefined } = wishes;
  onStep("looking at your files");
  const { seed, tree } = await seedStill(user, control, place);
  const baseline = await commitTree(control, commit, tree);
  writeFileSync(`${place.control}/HEAD`, `${baseline}\n`);
  const own = controlRepository(user, place, baseline);
  onStep(`copying ${seed.count} files`);
  await checkOut(own, seed);
  const limits = await readLimits(own);
  const linked = linkFolders(user.root, place.tree, await ignoredLinks(user, wishes.links));
  await makeAgentRepository(user, place, { baseline, links: linked.links });
  const record: WorktreeRecord = {
    schema: "codex-tandem/worktree/1",
    job: wishes.job,
    root: user.root,
    gitDirectory: user.gitDirectory,
    head: commit,
    baseline,
    folder: relative(user.root, wishes.cwd),
    links: linked.links,
    submodules: limits.submodules,
  };
  writeWorktreeRecord(place, record);
  return { record, warnings: [...seed.warnings, ...linked.warnings, ...limits.warnings] };

  async function seedStill(
    from: Repository,
    into: Repository,
    target: WorktreePlace,
  ): Promise<{ readonly seed: Seed; readonly tree: string }> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const before = await fingerprintTree(from);
      const read = await readSeed(withOwnObjects(from, target), wishes.includeUntracked);
      await readGit(into.git, ["read-tree", commit]);
      const { environment } = into.git;
      // The files of the user, in our index.
      const git = {
        ...into.git,
        folder: from.root,
        environment: { ...environment, GIT_WORK_TREE: from.root },
      };
      const made = await stageFiles(git, read.files, from.emptyTree.length);
      if ((await fingerprintTree(from)) === before) return { seed: read, tree: made };
    }
    throw new TandemError("workspace_changed", { folder: from.root });
  }
}

/** What is set for this one work tree (`extensions.worktreeConfig`), such as how lines end, lies beside its HEAD. */
function copyWorktreeConfig({ gitDirectory }: Repository, { control }: WorktreePlace): void {
  const own = join(gitDirectory, "config.worktree");
  if (lstatSync(own, { throwIfNoEntry: false })?.isFile() === true) {
    copyFileSync(own, join(control, "config.worktree"));
  }
}

/** HEAD itself where nothing is uncommitted. No hook and no signing: `commit-tree` knows neither. */
async function commitTree({ git }: Repository, head: string, tree: string): Promise<string> {
  const headTree = (await readGit(git, ["rev-parse", `${head}^{tree}`])).toString("latin1").trim();
  if (headTree === tree) return head;
  const message = Buffer.from("Uncommitted work, as it was when it was delegated\n");
  const id = await readGit(withIdentity(git), ["commit-tree", tree, "-p", head], message);
  return id.toString("latin1").trim();
}

function withIdentity(git: Git): Git {
  const who = { NAME: "codex-tandem", EMAIL: "codex-tandem@localhost.invalid" };
  const variables = ["AUTHOR", "COMMITTER"].flatMap((role) =>
    Object.entries(who).map(([field, value]) => [`GIT_${role}_${field}`, value] as const),
  );
  return { ...git, environment: { ...git.environment, ...Object.fromEntries(variables) } };
}

async function checkOut(control: Repository, seed: Seed): Promise<void> {
  const { git } = control;
  if (seed.skipped.length > 0) {
    // A file of the person may have taken the place of their folder.
    const there = new Set((await listTracked(control)).map((name) => name.toString("latin1")));
    const skipped = seed.skipped.filter((name) => there.has(name.toString("latin1")));
    const names = Buffer.concat(skipped.flatMap((name) => [name, Buffer.of(0)]));
    await readGit(git, ["update-index", "--skip-worktree", "-z", "--stdin"], names);
  }
  await readGit(git, [...inParallel, "checkout-index", "--all", "--force", "--quiet", "--index"]);
  const { entries } = await readStatus(control, "all");
  const [first] = entries;
  if (first === undefined) return;
  throw new TandemError("input_unreadable", {
    path: pathText(first.name),
    cause: `it came out otherwise in Codex's work tree than it went in (${entries.length} such files)`,
  });
}

/** Those of the folders that git ignores as a whole. `check-ignore` would say so too, but knows no literal paths. */
async function ignoredLinks({ git }: Repository, links: readonly string[]): Promise<readonly string[]> {
  if (links.length === 0) return [];
  const options = ["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"];
  const ignored = new Set(splitRecords(await readGit(git, [...options, "--", ...links])).map(String));
  return links.filter((link) => ignored.has(`${link}/`));
}

/** What Codex finds otherwise than the person has it. */
async function readLimits({
  git,
  root: tree,
  filterDrivers,
}: Repository): Promise<{ readonly submodules: readonly string[]; readonly warnings: readonly string[] }> {
  const listed = splitRecords(await readGit(git, ["ls-files", "-z", "--stage"])).map((record) => ({
    name: record.subarray(record.indexOf(tab) + 1),
    isSubmodule: record.toString("latin1", 0, 7) === "160000 ",
  }));
  // One outside of a sparse checkout has no folder.
  const submodules = listed
    .filter(({ name, isSubmodule }) => isSubmodule && lookAt(worktreePath(tree, name)) !== undefined)
    .map(({ name }) => pathText(name));
  const warnings: string[] = [];
  if (submodules.length > 0) {
    warnings.push(`Submodules (${submodules.length}) are empty folders in Codex's work tree.`);
  }
  if (filterDrivers.length > 0) {
    const { findFilteredFiles } = await import("../filters.ts");
    const names = listed.map(({ name }) => name);
    const filtered = await findFilteredFiles(git, filterDrivers, names);
    if (filtered.size > 0) {
      const drivers = [...new Set(filtered.values())].join(", ");
      warnings.push(
        `${filtered.size} files pass through git filters (${drivers}), which are not run: Codex sees their stored form.`,
      );
    }
  }
  return { submodules, warnings };
}

const tab = 0x09;
