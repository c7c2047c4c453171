import { pathsOf } from "../settings/paths.ts";
import type { FileView } from "./file-view.ts";
import { platformPackageOf } from "./platform-package.ts";

/** The machine for which the native program of an npm package is chosen. */
export interface Target {
  readonly platform: NodeJS.Platform;
  readonly architecture: string;
}

/**
 * The folder of the npm package `@openai/codex` to which a script belongs, or undefined when it is some other script.
 * `script` is a real path.
 */
export async function packageOfScript(
  script: string,
  target: Target,
  files: FileView,
): Promise<string | undefined> {
  const paths = pathsOf(target.platform);
  if (paths.basename(script) !== "codex.js") return undefined;
  const folder = paths.dirname(paths.dirname(script));
  const description = await files.readStart(paths.join(folder, "package.json"), 65_536);
  return nameOf(description.toString("utf8")) === "@openai/codex" ? folder : undefined;
}

/**
 * The native program behind the package in `folder` (a real path), found the way its own `bin/codex.js` finds it: the
 * platform package in `node_modules` of the package or of a folder above it (nested, hoisted, or in a pnpm store), else
 * `vendor` in the package itself. Undefined when the optional dependency was not installed.
 */
export async function findNativeProgram(
  folder: string,
  target: Target,
  files: FileView,
): Promise<string | undefined> {
  const platformPackage = platformPackageOf(target.platform, target.architecture);
  if (platformPackage === undefined) return undefined;
  const paths = pathsOf(target.platform);
  const inPackage = ["vendor", ...platformPackage.program].join(paths.sep);
  const besidePackages = ["@openai", platformPackage.name, inPackage].join(paths.sep);
  const programs = [
    ...moduleFolders(folder, target.platform).map((modules) => modules + paths.sep + besidePackages),
    folder + paths.sep + inPackage,
  ];
  for (const program of programs) if (await files.isProgram(program)) return files.realPath(program);
  return undefined;
}

/** The `node_modules` folders in which Node looks for a dependency of the package in `folder`, the nearest first. */
function moduleFolders(folder: string, platform: NodeJS.Platform): readonly string[] {
  const paths = pathsOf(platform);
  const folders: string[] = [];
  for (let current = folder; ; current = paths.dirname(current)) {
    const prefix = current.endsWith(paths.sep) ? current : current + paths.sep;
    if (paths.basename(current) !== "node_modules") folders.push(`${prefix}node_modules`);
    if (paths.dirname(current) === current) return folders;
  }
}

function nameOf(packageJson: string): unknown {
  try {
    const description: unknown = JSON.parse(packageJson);
    return typeof description === "object" && description !== null && "name" in description
      ? description.name
      : undefined;
  } catch {
    // Not JSON, so not a package of ours to look behind.
    return undefined;
  }
}
