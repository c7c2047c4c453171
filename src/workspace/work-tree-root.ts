import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The nearest folder above (or at) `folder` that has a `.git` entry; undefined when there is none. Starts no process. */
export function findWorkTreeRoot(folder: string): string | undefined {
  if (existsSync(join(folder, ".git"))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : findWorkTreeRoot(parent);
}
