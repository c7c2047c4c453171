import type { Machine } from "./paths.ts";
import { variableOf } from "./paths.ts";
import { quote } from "./quote.ts";
import type { Reporter } from "./reporter.ts";
import { leftOutVariable, leftOutWarnings } from "./repository-variables.ts";
import { suggest } from "./suggest.ts";
import { isSettingKey, type SettingKey, settingKeys, settingOf, variableNameOf } from "./table.ts";

/** A value as it was given, and where: a flag, the name of a variable or the path of a file. */
export interface Given {
  readonly value: unknown;
  readonly origin: string;
}

/** What one place sets. */
export type Layer = ReadonlyMap<SettingKey, Given>;

/** Values of flags or tool arguments by key, as given. A key that is absent or undefined was not given. */
export type FlagValues = { readonly [Key in SettingKey]?: unknown };

const prefix = "TANDEM_";

/** Variables that are ours and are not settings. */
const otherVariables = [
  "TANDEM_HOME",
  "TANDEM_CODEX",
  "TANDEM_BROKER",
  "TANDEM_CONFIG",
  "TANDEM_FAMILY",
  leftOutVariable,
];

/** Reads the flags of a run. A setting without a flag cannot be set this way, whatever the caller passes. */
export function readFlags(flags: FlagValues, platform: NodeJS.Platform, reporter: Reporter): Layer {
  const layer = new Map<SettingKey, Given>();
  for (const [key, given] of Object.entries(flags)) {
    if (given === undefined || !isSettingKey(key)) continue;
    const { flag } = settingOf(key);
    if (flag === undefined)
      reporter.fault(`${key} cannot be set for one run.`, "See docs/settings.md for who may set it.");
    else addValue(layer, key, { value: given, origin: "flag" }, flag, platform, reporter);
  }
  return layer;
}

/** Reads the `TANDEM_*` variables. An empty one counts as not set. */
export function readEnvironment({ environment, platform }: Machine, reporter: Reporter): Layer {
  const layer = new Map<SettingKey, Given>();
  // Each look into the process's environment asks the system, and nearly always nothing of ours is in it. Windows knows no case.
  if (!Object.keys(environment).some((name) => name.toUpperCase().startsWith(prefix))) return layer;
  for (const key of settingKeys) {
    const { environment: rule, shortVariable } = settingOf(key);
    const names = [variableNameOf(key), ...(shortVariable === undefined ? [] : [shortVariable])];
    const name = names.find((candidate) => variableOf(environment, candidate) !== undefined);
    if (name === undefined) continue;
    if (rule === "never")
      reporter.fault(`${name} is not accepted: a variable cannot set ${key}.`, "Set it in the user file.");
    else
      addValue(layer, key, { value: variableOf(environment, name), origin: name }, name, platform, reporter);
  }
  warnOfMistypedVariables(environment, reporter);
  for (const warning of leftOutWarnings(environment)) reporter.warn(warning);
  return layer;
}

/** Adds a value to a layer when its kind accepts it; reports it otherwise. `place` names it to the reader. */
export function addValue(
  layer: Map<SettingKey, Given>,
  key: SettingKey,
  given: Given,
  place: string,
  platform: NodeJS.Platform,
  reporter: Reporter,
): void {
  const { kind } = settingOf(key);
  const reading = kind.read(given.value, platform);
  if (reading.ok) layer.set(key, { value: reading.value, origin: given.origin });
  else reporter.fault(`${place}: ${quote(given.value)} ${reading.problem}.`, `Give ${kind.accepts}.`);
}

function warnOfMistypedVariables(environment: Machine["environment"], reporter: Reporter): void {
  const shortVariables = settingKeys.map((key) => settingOf(key).shortVariable ?? []).flat();
  const known = [...settingKeys.map(variableNameOf), ...shortVariables, ...otherVariables];
  const knownEndings = known.map((name) => name.slice(prefix.length));
  for (const name of Object.keys(environment)) {
    if (!name.startsWith(prefix) || known.includes(name)) continue;
    const meant = suggest(name.slice(prefix.length), knownEndings);
    // A name that resembles none of ours belongs to some other program.
    if (meant !== undefined)
      reporter.warn(`The variable ${quote(name)} is not one of ours; did you mean ${prefix}${meant}?`);
  }
}
