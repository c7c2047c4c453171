import { type FlagValues, type Given, readEnvironment, readFlags } from "./layers.ts";
import type { Machine } from "./paths.ts";
import { readProjectFile } from "./project-file.ts";
import { type Mode, makeReporter } from "./reporter.ts";
import { type SettingKey, type SettingValues, settingKeys, settingOf } from "./table.ts";
import { readUserFile } from "./user-file.ts";

export type { FlagValues } from "./layers.ts";
export type { Mode } from "./reporter.ts";

export interface LoadRequest extends Machine {
  readonly mode: Mode;
  readonly flags?: FlagValues;
  /** Root of the workspace whose `.tandem/config.toml` may narrow; absent when there is none. */
  readonly projectRoot?: string;
}

export interface LoadedSettings {
  readonly values: SettingValues;
  /** Per key: `flag`, the name of a variable, the path of a file, or `default`. */
  readonly origins: Readonly<Record<SettingKey, string>>;
  /** Sentences for the reader; what they speak of was left out. */
  readonly warnings: readonly string[];
}

/**
 * Loads the settings: flag, `TANDEM_*` variable, user file, project file (which may only narrow), default.
 * Strict mode throws `usage` for the first bad value of the user; lenient mode warns and takes the next place's value.
 */
export async function loadSettings(request: LoadRequest): Promise<LoadedSettings> {
  const reporter = makeReporter(request.mode);
  const flags = readFlags(request.flags ?? {}, request.platform, reporter);
  const variables = readEnvironment(request, reporter);
  const userFile = await readUserFile(request, request.projectRoot, reporter);
  const given = new Map<SettingKey, Given>([...userFile, ...variables, ...flags]);
  if (request.projectRoot === undefined) return summarise(given, reporter.warnings);
  const isSetForRun = (key: SettingKey) => flags.has(key) || variables.has(key);
  const project = await readProjectFile(request.projectRoot, request.platform, { given, isSetForRun });
  return summarise(new Map([...given, ...project.narrowed]), [...reporter.warnings, ...project.warnings]);
}

function summarise(given: ReadonlyMap<SettingKey, Given>, warnings: readonly string[]): LoadedSettings {
  const values: Record<string, unknown> = {};
  const origins: Record<string, string> = {};
  for (const key of settingKeys) {
    const found = given.get(key);
    values[key] = found === undefined ? settingOf(key).default : found.value;
    origins[key] = found?.origin ?? "default";
  }
  // Each value is the default of its entry or was read by its kind; the loop over all keys loses that type.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { values: values as SettingValues, origins: origins as Record<SettingKey, string>, warnings };
}
