import { isFullyQualified, type Machine, pathsOf, variableOf } from "./paths.ts";

const folderName = "codex-tandem";

/**
 * Our own folder in the place where a platform keeps configuration or state, or undefined when that place is unknown
 * (no absolute home folder). A relative XDG variable is ignored, as the XDG Base Directory Specification says.
 */
export function platformFolder(purpose: "configuration" | "state", machine: Machine): string | undefined {
  const base = baseFolder(purpose, machine);
  return isFullyQualified(base, machine.platform)
    ? pathsOf(machine.platform).join(base, folderName)
    : undefined;
}

function baseFolder(purpose: "configuration" | "state", machine: Machine): string {
  const { platform, home } = machine;
  const paths = pathsOf(platform);
  if (platform === "darwin") return paths.join(home, "Library", "Application Support");
  if (platform === "win32") {
    return purpose === "configuration"
      ? absoluteVariable("APPDATA", machine, paths.join(home, "AppData", "Roaming"))
      : absoluteVariable("LOCALAPPDATA", machine, paths.join(home, "AppData", "Local"));
  }
  return purpose === "configuration"
    ? absoluteVariable("XDG_CONFIG_HOME", machine, paths.join(home, ".config"))
    : absoluteVariable("XDG_STATE_HOME", machine, paths.join(home, ".local", "state"));
}

function absoluteVariable(name: string, { environment, platform }: Machine, otherwise: string): string {
  const value = variableOf(environment, name);
  return value !== undefined && isFullyQualified(value, platform) ? value : otherwise;
}
