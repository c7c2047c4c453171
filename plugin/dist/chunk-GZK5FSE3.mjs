// src/workspace/work-tree-root.ts
import { lstatSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
function findWorkTreeRoot(folder) {
  if (isWorkTreeRoot(folder)) return folder;
  const parent = dirname(folder);
  return parent === folder ? void 0 : findWorkTreeRoot(parent);
}
function isWorkTreeRoot(folder) {
  const entry = join(folder, ".git");
  try {
    return statSync(entry).isFile() || lstatSync(join(entry, "HEAD")) !== void 0;
  } catch {
    return false;
  }
}

export {
  findWorkTreeRoot,
  isWorkTreeRoot
};
