import { isAbsolute, relative, resolve, sep } from "node:path";
import type { PatchFile } from "../../../domain/envelope.ts";
import { TandemError } from "../../../domain/errors/tandem-error.ts";
import { pathText } from "../../../workspace/paths.ts";

/** Whether a file of a patch lies at or below one of the paths, by its old name or its new one. Without paths every file does. */
export function onlyPaths(paths: readonly string[], cwd: string, root: string): (file: PatchFile) => boolean {
  if (paths.length === 0) return () => true;
  const wanted = paths.map((path) => insideRoot(path, cwd, root));
  return ({ path, oldPath }) =>
    [path, ...(oldPath === undefined ? [] : [oldPath])].some((name) =>
      wanted.some(
        (folder) => folder === "" || name === pathText(Buffer.from(folder)) || name.startsWith(`${folder}/`),
      ),
    );
}

function insideRoot(path: string, cwd: string, root: string): string {
  const inside = relative(root, resolve(cwd, path));
  if (inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    throw new TandemError("usage", { problem: `${path} is outside of the work tree ${root}.` });
  }
  return inside.split(sep).join("/");
}
