import { readGit } from "./git.ts";
import type { Repository } from "./repository.ts";

/** A branch to compare with. `name` is for people: `main`, `origin/main`. */
export interface BaseBranch {
  readonly name: string;
  readonly commit: string;
}

/** Names that main branches usually have, the likeliest first. */
const mainBranches = ["main", "master", "trunk", "develop"] as const;

/**
 * The branch that a change is compared with when the person names none: the default branch of the remote; else the first of the
 * usual main branches, here or at `origin`. The current branch is never compared with itself, only with its copy at `origin`;
 * undefined when nothing is left, or when the current branch is itself the likeliest main branch.
 */
export async function findDefaultBase(repository: Repository): Promise<BaseBranch | undefined> {
  const names = mainBranches.flatMap((name) => [`refs/heads/${name}`, `refs/remotes/origin/${name}`]);
  const format = "--format=%(refname)%00%(objectname)%00%(symref)%00";
  const answer = await readGit(repository.git, [
    "for-each-ref",
    format,
    "refs/remotes/origin/HEAD",
    ...names,
  ]);
  const fields = answer.toString("utf8").split("\0");
  const found = new Map<string, { commit: string; target: string }>();
  for (let index = 0; index + 2 < fields.length; index += 3) {
    found.set((fields[index] ?? "").trimStart(), {
      commit: fields[index + 1] ?? "",
      target: fields[index + 2] ?? "",
    });
  }
  const remoteDefault = found.get("refs/remotes/origin/HEAD");
  if (remoteDefault !== undefined) {
    const name = (remoteDefault.target || "origin/HEAD").replace(/^refs\/remotes\//, "");
    return { name, commit: remoteDefault.commit };
  }
  const current = repository.head.kind === "detached" ? undefined : repository.head.branch;
  for (const name of mainBranches) {
    const local = found.get(`refs/heads/${name}`);
    const remote = found.get(`refs/remotes/origin/${name}`);
    if (local !== undefined && name !== current) return { name, commit: local.commit };
    if (remote !== undefined) return { name: `origin/${name}`, commit: remote.commit };
    if (name === current) return undefined;
  }
  return undefined;
}
