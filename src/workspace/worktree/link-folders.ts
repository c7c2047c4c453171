import { lstatSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

/** Links folders of the user's work tree into the new one. Codex's sandbox keeps it from writing there: they are outside. */
export function linkFolders(
  root: string,
  tree: string,
  links: readonly string[],
): { readonly links: readonly string[]; readonly warnings: readonly string[] } {
  const made: string[] = [];
  const warnings: string[] = [];
  for (const link of links) {
    const source = join(root, link);
    const target = join(tree, link);
    if (lstatSync(source, { throwIfNoEntry: false })?.isDirectory() !== true) continue;
    try {
      mkdirSync(dirname(target), { recursive: true });
      symlinkSync(source, target, "dir");
      made.push(link);
    } catch (thrown) {
      warnings.push(`${link} could not be linked into Codex's work tree: ${String(thrown)}`);
    }
  }
  return { links: made, warnings };
}
