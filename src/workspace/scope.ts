import type { Target } from "../domain/envelope.ts";
import { TandemError } from "../domain/errors/tandem-error.ts";
import type { ReviewRequest } from "../domain/run.ts";
import { findFilteredFiles } from "./filters.ts";
import type { Repository } from "./repository.ts";
import { readStatus } from "./status.ts";

/** Throws `usage` for combinations of scope, base, commit and paths that mean nothing. */
export function requireSense({ scope, base, commit, paths }: ReviewRequest): void {
  const refuse = (problem: string, hint: string): never => {
    throw new TandemError("usage", { problem, hint });
  };
  if (base !== undefined && commit !== undefined) {
    refuse(
      "A base and a commit cannot be given together.",
      "A commit is compared with its parent, a branch with its base.",
    );
  }
  if (base !== undefined && scope !== "branch" && scope !== "auto") {
    refuse(`A base means nothing with scope ${scope}.`, "Leave it out, or use scope branch.");
  }
  if (commit !== undefined && scope !== "commit" && scope !== "auto") {
    refuse(`A commit means nothing with scope ${scope}.`, "Leave it out, or use scope commit.");
  }
  if (scope === "commit" && commit === undefined) {
    refuse("Scope commit needs a commit.", "For the last one name HEAD.");
  }
  if (scope === "paths" && paths.length === 0) {
    refuse("Scope paths needs at least one path.", "Name files or folders; `.` is the whole folder.");
  }
}

/** What `auto` stands for in this repository; every other scope is itself. Only the named paths decide. */
export async function chooseScope(
  repository: Repository,
  { scope, base, commit }: ReviewRequest,
  paths: readonly string[],
): Promise<Target["scope"]> {
  if (scope !== "auto") return scope;
  if (commit !== undefined) return "commit";
  if (base !== undefined) return "branch";
  return repository.head.kind === "unborn" || (await isDirty(repository, paths)) ? "working-tree" : "branch";
}

/** Files that pass through a filter are no sign of a change: without running the filter they may look changed right after a clone. */
async function isDirty(repository: Repository, paths: readonly string[]): Promise<boolean> {
  const { entries } = await readStatus(repository, "normal", paths);
  const doubtful = entries.filter((entry) => entry.isContentOnly);
  if (doubtful.length < entries.length) return true;
  const names = doubtful.map((entry) => entry.name);
  const filtered = await findFilteredFiles(repository.git, repository.filterDrivers, names);
  return doubtful.some((entry) => !filtered.has(entry.name.toString("latin1")));
}
