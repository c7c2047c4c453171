// src/settings/make-folder.ts
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
function makeFolder(path) {
  if (makeOne(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  if (!makeOne(path)) throw Object.assign(new Error(`no folder can be made at ${path}`), { code: "ENOENT" });
}
function makeOne(path) {
  try {
    mkdirSync(path, { mode: 448 });
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? thrown.code : void 0;
    if (code === "ENOENT") return false;
    if (code !== "EEXIST") throw thrown;
  }
  return true;
}

export {
  makeFolder
};
