import { realpathSync } from "node:fs";
import { addValue, type Given, type Layer } from "./layers.ts";
import { isFullyQualified, isInside, type Machine, pathsOf, variableOf } from "./paths.ts";
import { platformFolder } from "./platform-folders.ts";
import { quote, quotePath } from "./quote.ts";
import type { Reporter } from "./reporter.ts";
import { suggest } from "./suggest.ts";
import { isSettingKey, type SettingKey, settingKeys } from "./table.ts";
import { readTomlFile } from "./toml-file.ts";

const fileName = "config.toml";

/** Where the user file is, or undefined when the platform's place is unknown. `named`: by `TANDEM_CONFIG`. */
export function locateUserFile(machine: Machine): { path: string; named: boolean } | undefined {
  const named = variableOf(machine.environment, "TANDEM_CONFIG");
  if (named !== undefined) return { path: named, named: true };
  const folder = platformFolder("configuration", machine);
  return folder === undefined
    ? undefined
    : { path: pathsOf(machine.platform).join(folder, fileName), named: false };
}

/** Reads the user file. A file that `TANDEM_CONFIG` names must exist and must not lie in the project. */
export async function readUserFile(
  machine: Machine,
  projectRoot: string | undefined,
  reporter: Reporter,
): Promise<Layer> {
  const layer = new Map<SettingKey, Given>();
  const place = locateUserFile(machine);
  if (place === undefined || !isAcceptable(place, machine, projectRoot, reporter)) return layer;
  const { path, named } = place;
  const reading = await readTomlFile(path, "follow");
  if (reading.state === "absent") {
    if (named)
      reporter.fault(`TANDEM_CONFIG names ${quotePath(path)}, which does not exist.`, "Correct or unset it.");
    return layer;
  }
  if (reading.state === "bad") {
    reporter.fault(
      `${quotePath(path)} ${reading.problem}.`,
      "Correct the file; docs/settings.md lists what it takes.",
    );
    return layer;
  }
  for (const [key, value] of reading.entries) {
    if (isSettingKey(key))
      addValue(
        layer,
        key,
        { value, origin: path },
        `${key} in ${quotePath(path)}`,
        machine.platform,
        reporter,
      );
    else
      reporter.fault(
        `${quotePath(path)}: ${describeUnknownKey(key)}.`,
        "docs/settings.md lists all settings.",
      );
  }
  return layer;
}

/** Says that a key of a file is unknown, with the one that was probably meant. */
export function describeUnknownKey(key: string): string {
  const meant = suggest(key, settingKeys);
  return `unknown setting ${quote(key)}${meant === undefined ? "" : `; did you mean ${meant}?`}`;
}

function isAcceptable(
  { path, named }: { path: string; named: boolean },
  machine: Machine,
  projectRoot: string | undefined,
  reporter: Reporter,
): boolean {
  if (named && !isFullyQualified(path, machine.platform)) {
    reporter.fault(
      `TANDEM_CONFIG must be an absolute path; it is ${quotePath(path)}.`,
      "Name an absolute path or unset it.",
    );
    return false;
  }
  if (projectRoot === undefined || !isFromProject(path, machine, projectRoot)) return true;
  reporter.fault(
    `The user file ${quotePath(path)} lies in the project, whose files must not grant rights.`,
    "Move it out of the project, and see who set TANDEM_CONFIG or the variable of the configuration folder.",
  );
  return false;
}

/**
 * True when a variable points the user file into the project: `.claude/settings.json` of a repository can set variables.
 * The standard place below the home folder is the user's own, also where the home folder is the project.
 */
function isFromProject(path: string, machine: Machine, projectRoot: string): boolean {
  const standard = locateUserFile({ ...machine, environment: {} });
  if (path === standard?.path) return false;
  return isInside(realPathOf(path), realPathOf(projectRoot), machine.platform);
}

function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    // It does not exist: there is nothing to read either, so its name is enough.
    return path;
  }
}
