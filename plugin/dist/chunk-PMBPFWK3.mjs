import {
  isFullyQualified,
  pathsOf,
  variableOf
} from "./chunk-X7P3SKCA.mjs";

// src/codex/search-places.ts
function programNames(platform) {
  return platform === "win32" ? ["codex.exe", "codex.cmd", "codex.ps1"] : ["codex"];
}
function pathFolders({ environment, platform }) {
  const variable = variableOf(environment, "PATH") ?? variableOf(environment, "Path") ?? "";
  const folders = variable.split(pathsOf(platform).delimiter).map((folder) => platform === "win32" ? folder.replaceAll('"', "") : folder);
  return [...new Set(folders.filter((folder) => isFullyQualified(folder, platform)))];
}
function knownFolders(machine) {
  const { platform } = machine;
  const folders = platform === "win32" ? windowsFolders(machine) : unixFolders(machine);
  const absolute = folders.filter((folder) => isFullyQualified(folder, platform));
  return [...new Set(absolute.map((folder) => pathsOf(platform).normalize(folder)))];
}
function unixFolders(machine) {
  const { environment, home, nodePath, platform } = machine;
  const inHome = (...parts) => pathsOf(platform).join(home, ...parts);
  const prefixes = npmPrefixes(environment).map((prefix) => `${prefix}/bin`);
  return [
    variableOf(environment, "CODEX_INSTALL_DIR") ?? "",
    inHome(".local", "bin"),
    ...standaloneFolders(machine),
    ...prefixes,
    variableOf(environment, "NVM_BIN") ?? "",
    pathsOf(platform).dirname(nodePath),
    "/usr/local/bin",
    ...platform === "darwin" ? ["/opt/homebrew/bin"] : ["/home/linuxbrew/.linuxbrew/bin", "/usr/bin"],
    inHome(".npm-global", "bin"),
    inHome(".bun", "bin"),
    inHome(".volta", "bin"),
    variableOf(environment, "PNPM_HOME") ?? "",
    ...platform === "darwin" ? [
      inHome("Library", "pnpm"),
      "/Applications/Codex.app/Contents/Resources",
      inHome("Applications", "Codex.app", "Contents", "Resources")
    ] : [inHome(".local", "share", "pnpm")]
  ];
}
function windowsFolders(machine) {
  const { environment, home } = machine;
  const paths = pathsOf("win32");
  const local = variableOf(environment, "LOCALAPPDATA") ?? paths.join(home, "AppData", "Local");
  const roaming = variableOf(environment, "APPDATA") ?? paths.join(home, "AppData", "Roaming");
  return [
    variableOf(environment, "CODEX_INSTALL_DIR") ?? "",
    paths.join(local, "Programs", "OpenAI", "Codex", "bin"),
    ...standaloneFolders(machine),
    ...npmPrefixes(environment),
    paths.join(roaming, "npm"),
    variableOf(environment, "NVM_SYMLINK") ?? "",
    paths.dirname(machine.nodePath),
    paths.join(home, ".bun", "bin"),
    paths.join(local, "Volta", "bin"),
    variableOf(environment, "PNPM_HOME") ?? paths.join(local, "pnpm")
  ];
}
function standaloneFolders({ environment, home, platform }) {
  const paths = pathsOf(platform);
  const codexHome = variableOf(environment, "CODEX_HOME") ?? paths.join(home, ".codex");
  const current = paths.join(codexHome, "packages", "standalone", "current");
  return [paths.join(current, "bin"), current];
}
function npmPrefixes(environment) {
  const names = ["npm_config_prefix", "NPM_CONFIG_PREFIX"];
  return names.map((name) => variableOf(environment, name) ?? "").filter((prefix) => prefix !== "");
}

export {
  programNames,
  pathFolders,
  knownFolders
};
