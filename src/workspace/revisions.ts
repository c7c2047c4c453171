import { TandemError } from "../domain/errors/tandem-error.ts";
import { quote } from "../settings/quote.ts";
import { failUnlessDone, readGit, runGit } from "./git.ts";
import type { Repository } from "./repository.ts";

/** The commit that a branch, tag or other revision names. Throws `bad_revision` when it names none. */
export async function resolveCommit(repository: Repository, revision: string): Promise<string> {
  // The revision goes to stdin as one line, so it can neither be an option nor a second question.
  if (/[\p{Cc}]/u.test(revision) || revision.trim() === "") {
    throw new TandemError("bad_revision", {
      revision,
      cause: `${quote(revision)} cannot be the name of a revision.`,
    });
  }
  const format = "--batch-check=%(objectname) %(objecttype)";
  const input = Buffer.from(`${revision}^{commit}\n`);
  const result = await runGit(repository.git, ["cat-file", format], { input });
  if (result.exitCode !== 0) throw new TandemError("bad_revision", { revision, cause: result.message });
  const answer = result.output.toString("utf8").trimEnd();
  const id = /^([0-9a-f]{40,64}) commit$/.exec(answer)?.[1];
  if (id !== undefined) return id;
  if (answer.endsWith(" ambiguous")) {
    throw new TandemError("bad_revision", {
      revision,
      cause: `${quote(revision)} fits several objects; give more of it.`,
    });
  }
  throw new TandemError("bad_revision", { revision });
}

/** The best common ancestor of two commits. `name` is what the person calls the first. Throws `bad_revision` when there is none. */
export async function findMergeBase(
  repository: Repository,
  base: string,
  head: string,
  name: string,
): Promise<string> {
  const result = await runGit(repository.git, ["merge-base", base, head]);
  if (result.exitCode === 1) {
    const cause = `${quote(name)} and HEAD have no common history${shallowRemark(repository)}.`;
    throw new TandemError("bad_revision", { revision: name, cause });
  }
  failUnlessDone(repository.git, result);
  return result.output.toString("latin1").trim();
}

/**
 * The parents that are written in a commit. A commit at the edge of a shallow clone names parents that are not there; then
 * `bad_revision` is thrown, because without them the whole tree would look new.
 */
export async function readParents(
  repository: Repository,
  commit: string,
  name: string,
): Promise<readonly string[]> {
  const text = (await readGit(repository.git, ["cat-file", "commit", commit])).toString("latin1");
  const header = text.slice(0, text.indexOf("\n\n"));
  const parents = Array.from(header.matchAll(/^parent ([0-9a-f]{40,64})$/gm), (match) => match[1] ?? "");
  if (parents.length > 0 && repository.isShallow) {
    const first = await readGit(
      repository.git,
      ["cat-file", "--batch-check"],
      Buffer.from(`${parents[0]}\n`),
    );
    if (first.toString("latin1").trimEnd().endsWith(" missing")) {
      const cause = `The parent of ${quote(name)} is not here${shallowRemark(repository)}.`;
      throw new TandemError("bad_revision", { revision: name, cause });
    }
  }
  return parents;
}

/** How an object id is written for people. */
export function shortId(id: string): string {
  return id.slice(0, 7);
}

function shallowRemark(repository: Repository): string {
  return repository.isShallow ? " (the clone is shallow; `git fetch --unshallow` gets the rest)" : "";
}
