import { lstatSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Links folders of the user's work tree into the new one. Codex's sandbox keeps it from writing there: they are outside. Nothing is
 * followed on the way: a link that Codex made in place of a folder would have ours made wherever it leads.
 */
export function linkFolders(
  root: string,
  tree: string,
  links: readonly string[],
): { readonly links: readonly string[]; readonly warnings: readonly string[] } {
  const made: string[] = [];
  const warnings: string[] = [];
  for (const link of links) {
    const source = join(root, link);
    if (!isFolder(source)) continue;
    try {
      makeRealFolders(tree, dirname(link));
      symlinkSync(source, join(tree, link), "dir");
      made.push(link);
    } catch (thrown) {
      warnings.push(`${link} could not be linked into Codex's work tree: ${String(thrown)}`);
    }
  }
  return { links: made, warnings };
}

function makeRealFolders(tree: string, folder: string): void {
  if (folder === ".") return;
  makeRealFolders(tree, dirname(folder));
  const path = join(tree, folder);
  if (isFolder(path)) return;
  // Fails where a link or a file is.
  mkdirSync(path);
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
