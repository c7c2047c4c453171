import { lstatSync, type Stats } from "node:fs";

/**
 * Why the folder of a socket outside of the state root cannot be trusted; undefined when it can, or is not there. Anybody may make
 * folders in the temp folder: one of another user is never used, nor one that lets others in.
 */
export function distrustFolder(
  folder: string,
  user: number | undefined = process.geteuid?.(),
): string | undefined {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  const problem = distrust(stats, user);
  return problem === undefined ? undefined : `${folder}: ${problem}`;
}

function distrust(stats: Stats, user: number | undefined): string | undefined {
  if (!stats.isDirectory()) return "it is not a folder";
  // Windows has no users of this kind, and pipes lie in no folder.
  if (user === undefined) return undefined;
  if (stats.uid !== user) return `it belongs to user ${stats.uid}, not to user ${user}`;
  if ((stats.mode & 0o022) !== 0) return `others may write to it (mode ${(stats.mode & 0o777).toString(8)})`;
  return undefined;
}
