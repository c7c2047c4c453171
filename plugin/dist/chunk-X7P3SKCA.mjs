// src/settings/paths.ts
import { posix, win32 } from "node:path";
function pathsOf(platform) {
  return platform === "win32" ? win32 : posix;
}
function isFullyQualified(path, platform) {
  if (platform !== "win32") return posix.isAbsolute(path);
  return /^(?:[a-z]:[\\/]|[\\/]{2}[^\\/])/i.test(path);
}
function isInside(path, folder, platform) {
  const paths = pathsOf(platform);
  const relative = paths.relative(folder, path);
  return relative !== ".." && !relative.startsWith(`..${paths.sep}`) && !paths.isAbsolute(relative);
}
function variableOf(environment, name) {
  const value = environment[name];
  return value === void 0 || value === "" ? void 0 : value;
}

export {
  pathsOf,
  isFullyQualified,
  isInside,
  variableOf
};
