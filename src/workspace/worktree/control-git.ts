import { join } from "node:path";
import type { Repository } from "../repository.ts";
import { quoted } from "../snapshot.ts";
import type { WorktreePlace } from "./place.ts";

/**
 * Whatever the repository says: no index of ours is split or sparse, since a part of it would be written there, or files left out; and
 * files are looked at, since an index that takes them for unchanged (`core.ignoreStat`) would hide all that Codex did.
 */
export const ownIndex: readonly string[] = [
  "core.splitIndex=false",
  "core.sparseCheckout=false",
  "index.sparse=false",
  "core.ignoreStat=false",
  "core.checkStat=default",
  "core.untrackedCache=false",
].flatMap((pair) => ["-c", pair]);

/**
 * The delegated work tree as a repository of ours: git takes the configuration, attributes and objects of the user's repository, and
 * HEAD, index and new objects from `place`. Nothing that Codex may write says anything to it but the files themselves.
 */
export function controlRepository(user: Repository, place: WorktreePlace, baseline: string): Repository {
  const { git } = withOwnObjects(user, place);
  return {
    ...user,
    root: place.tree,
    gitDirectory: place.control,
    head: { kind: "detached", commit: baseline },
    git: {
      ...git,
      folder: place.tree,
      environment: {
        ...git.environment,
        GIT_DIR: place.control,
        GIT_WORK_TREE: place.tree,
        // Else a tree that was taken away would be looked for above it.
        GIT_CEILING_DIRECTORIES: place.folder,
      },
    },
  };
}

/** The user's repository with new objects, and an index, in `place`: nothing is written into it. */
export function withOwnObjects(
  user: Repository,
  place: Pick<WorktreePlace, "objects" | "folder">,
): Repository {
  const { git } = user;
  return {
    ...user,
    git: {
      ...git,
      configuration: [...git.configuration, ...ownIndex],
      environment: {
        ...git.environment,
        GIT_OBJECT_DIRECTORY: place.objects,
        GIT_ALTERNATE_OBJECT_DIRECTORIES: quoted(join(user.commonDirectory, "objects")),
      },
    },
  };
}
