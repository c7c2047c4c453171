import { TandemError } from "../domain/errors/tandem-error.ts";
import { readFilterDrivers } from "./filters.ts";
import { findGit } from "./find-git.ts";
import { gitEnvironment } from "./git-environment.ts";
import type { KnownFilters } from "./known-filters.ts";
import type { GitWorld } from "./repository.ts";
import { findWorkTreeRoot } from "./work-tree-root.ts";

/**
 * Variables under which another program's calls of git run no filter of this repository. Codex 0.169 asks `git status` on its own,
 * outside its sandbox: it switches off hooks and fsmonitor, but not the filters that the repository's configuration names. `known`
 * spares git where it said the same a moment ago.
 */
export async function quietGitVariables(
  folder: string,
  world: GitWorld,
  known?: KnownFilters,
): Promise<Record<string, string>> {
  const root = findWorkTreeRoot(folder);
  if (root === undefined) return {};
  const drivers = await driversOf(folder, world, async (git) =>
    known === undefined ? readFilterDrivers(git) : known.driversOf(root, git),
  );
  const given = Number(world.environment["GIT_CONFIG_COUNT"] ?? 0) || 0;
  const pairs = drivers.flatMap((driver) => [
    ...["clean", "smudge", "process"].map((variable) => [`filter.${driver}.${variable}`, ""] as const),
    [`filter.${driver}.required`, "false"] as const,
  ]);
  if (pairs.length === 0) return {};
  const entries = pairs.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${given + index}`, key] as const,
    [`GIT_CONFIG_VALUE_${given + index}`, value] as const,
  ]);
  return { GIT_CONFIG_COUNT: String(given + pairs.length), ...Object.fromEntries(entries) };
}

async function driversOf(
  folder: string,
  world: GitWorld,
  read: typeof readFilterDrivers,
): Promise<readonly string[]> {
  const { environment, platform, timeoutMs } = world;
  try {
    const { binary, searchPath } = findGit(folder, environment, platform);
    return await read({
      binary,
      folder,
      environment: gitEnvironment(environment, searchPath),
      configuration: [],
      timeoutMs,
    });
  } catch (error) {
    // Without git nothing is run by it; a configuration that it cannot read stops Codex's own calls as well.
    if (error instanceof TandemError && error.report.kind !== "config_rejected") return [];
    throw error;
  }
}
