import { posix, win32 } from "node:path";

/** What a rule about paths needs to know of the machine, so that it can be tested for every platform. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** Home folder of the user. */
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Path functions of a platform, which need not be the one that this process runs on. */
export function pathsOf(platform: NodeJS.Platform): typeof posix {
  return platform === "win32" ? win32 : posix;
}

/** True for a path that means the same from every folder; on Windows it needs a drive or a server. */
export function isFullyQualified(path: string, platform: NodeJS.Platform): boolean {
  if (platform !== "win32") return posix.isAbsolute(path);
  return /^(?:[a-z]:[\\/]|[\\/]{2}[^\\/])/i.test(path);
}

/** True when `path` is `folder` or lies below it. Compares names only: pass real paths where links matter. */
export function isInside(path: string, folder: string, platform: NodeJS.Platform): boolean {
  // Taking a path apart goes letter by letter, so one in its shortest form is compared as it is.
  if (platform !== "win32" && isShortest(path) && isShortest(folder)) {
    return path === folder || path.startsWith(folder === "/" ? folder : `${folder}/`);
  }
  const paths = pathsOf(platform);
  const relative = paths.relative(folder, path);
  return relative !== ".." && !relative.startsWith(`..${paths.sep}`) && !paths.isAbsolute(relative);
}

/** True for an absolute path without doubled or final separators and without `.` and `..`. */
function isShortest(path: string): boolean {
  return path === "/" || (path.startsWith("/") && !/\/(?:\.{0,2}(?:\/|$))/.test(path));
}

/** A variable of the environment, or undefined when it is missing or empty. */
export function variableOf(environment: Machine["environment"], name: string): string | undefined {
  const value = environment[name];
  return value === undefined || value === "" ? undefined : value;
}
