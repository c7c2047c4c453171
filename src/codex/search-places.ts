import { isFullyQualified, type Machine, pathsOf, variableOf } from "../settings/paths.ts";

/** The machine on which Codex is looked for. */
export interface SearchMachine extends Machine {
  /** The running Node: npm installs beside it by default. */
  readonly nodePath: string;
}

/** Names under which Codex is installed in a folder, in the order in which they are tried. */
export function programNames(platform: NodeJS.Platform): readonly string[] {
  // Windows starts only .exe files without a shell; the others are npm shims that lead to one.
  return platform === "win32" ? ["codex.exe", "codex.cmd", "codex.ps1"] : ["codex"];
}

/**
 * The folders of `PATH` in its order. Empty and relative entries are left out: they mean the current folder, which may
 * be a repository that somebody else wrote.
 */
export function pathFolders({ environment, platform }: Machine): readonly string[] {
  const variable = variableOf(environment, "PATH") ?? variableOf(environment, "Path") ?? "";
  const folders = variable
    .split(pathsOf(platform).delimiter)
    .map((folder) => (platform === "win32" ? folder.replaceAll('"', "") : folder));
  return [...new Set(folders.filter((folder) => isFullyQualified(folder, platform)))];
}

/**
 * Folders in which installers put Codex, for processes whose `PATH` lacks them (started from a desktop, a hook, CI):
 * Codex's own installer, its app, npm prefixes, Homebrew, bun, volta, pnpm.
 */
export function knownFolders(machine: SearchMachine): readonly string[] {
  const { platform } = machine;
  const folders = platform === "win32" ? windowsFolders(machine) : unixFolders(machine);
  const absolute = folders.filter((folder) => isFullyQualified(folder, platform));
  return [...new Set(absolute.map((folder) => pathsOf(platform).normalize(folder)))];
}

function unixFolders(machine: SearchMachine): readonly string[] {
  const { environment, home, nodePath, platform } = machine;
  const inHome = (...parts: string[]) => pathsOf(platform).join(home, ...parts);
  const prefixes = npmPrefixes(environment).map((prefix) => `${prefix}/bin`);
  return [
    variableOf(environment, "CODEX_INSTALL_DIR") ?? "",
    inHome(".local", "bin"),
    ...standaloneFolders(machine),
    ...prefixes,
    variableOf(environment, "NVM_BIN") ?? "",
    pathsOf(platform).dirname(nodePath),
    "/usr/local/bin",
    ...(platform === "darwin" ? ["/opt/homebrew/bin"] : ["/home/linuxbrew/.linuxbrew/bin", "/usr/bin"]),
    inHome(".npm-global", "bin"),
    inHome(".bun", "bin"),
    inHome(".volta", "bin"),
    variableOf(environment, "PNPM_HOME") ?? "",
    ...(platform === "darwin"
      ? [
          inHome("Library", "pnpm"),
          "/Applications/Codex.app/Contents/Resources",
          inHome("Applications", "Codex.app", "Contents", "Resources"),
        ]
      : [inHome(".local", "share", "pnpm")]),
  ];
}

function windowsFolders(machine: SearchMachine): readonly string[] {
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
    variableOf(environment, "PNPM_HOME") ?? paths.join(local, "pnpm"),
  ];
}

/** Where Codex's own installer keeps the current version; it lay one folder higher in older ones. */
function standaloneFolders({ environment, home, platform }: Machine): readonly string[] {
  const paths = pathsOf(platform);
  const codexHome = variableOf(environment, "CODEX_HOME") ?? paths.join(home, ".codex");
  const current = paths.join(codexHome, "packages", "standalone", "current");
  return [paths.join(current, "bin"), current];
}

/** Prefixes of global npm installs that the environment names. */
function npmPrefixes(environment: Machine["environment"]): readonly string[] {
  const names = ["npm_config_prefix", "NPM_CONFIG_PREFIX"];
  return names.map((name) => variableOf(environment, name) ?? "").filter((prefix) => prefix !== "");
}
