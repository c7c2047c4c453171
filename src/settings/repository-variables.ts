import { isRecord, parseJson } from "../domain/json.ts";
import { isFullyQualified, isInside, type Machine, pathsOf, variableOf } from "./paths.ts";
import { quotePath } from "./quote.ts";
import { readTextFile } from "./toml-file.ts";

/** Options of the plugin as they reach servers and hooks; Claude Code 2.1.197 takes their values from a repository as well. */
const programOptions = ["TANDEM_OPTION_CODEX", "CLAUDE_PLUGIN_OPTION_CODEX_PATH"];

/** What chooses where runs go, what is started for them, and where the files are that say so. */
const choosing = [
  ...programOptions,
  "TANDEM_CODEX",
  "TANDEM_ENDPOINT",
  "TANDEM_ENDPOINT_TOKEN_FILE",
  "TANDEM_BROKER",
  "TANDEM_CONFIG",
  "TANDEM_HOME",
  "CODEX_HOME",
];

/** Set by ourselves for the settings of this process and of those that it starts: what was left out, and which file had set it. */
export const leftOutVariable = "TANDEM_LEFT_OUT";

/** Where Claude Code runs us, and whose settings are the person's own. */
export interface RepositoryPlace extends Pick<Machine, "platform"> {
  /** Absolute; settings of the folders above it count as well. */
  readonly folder: string;
  /** Home folder by the system's list of users: a variable may come from a repository. */
  readonly userHome: string;
}

/**
 * The environment without what a repository's `.claude/settings.json` or `settings.local.json` has chosen in the person's place:
 * Claude Code hands both files' `env` to servers, hooks and commands, and nothing in an environment says where it comes from (2.1.197,
 * 2.1.329). A CODEX_HOME counts only where it lies in the repository. Outside of Claude Code nothing is looked at.
 */
export function withoutRepositoryVariables(
  environment: NodeJS.ProcessEnv,
  place: RepositoryPlace,
): NodeJS.ProcessEnv {
  if (environment["CLAUDECODE"] !== "1") return environment;
  const present = choosing.filter((name) => variableOf(environment, name) !== undefined);
  if (present.length === 0) return environment;
  const leftOut = new Map<string, string>();
  for (const { root, path } of settingsFiles(environment, place)) {
    const setBy = readSettings(path);
    if (setBy === undefined) continue;
    for (const name of present) {
      const value = variableOf(environment, name) ?? "";
      if (setBy(name, value) && !isOwnHome(name, value, root, place)) leftOut.set(name, path);
    }
  }
  if (leftOut.size === 0) return environment;
  const kept = Object.entries(environment).filter(([name]) => !leftOut.has(name));
  const told = [...leftOut].map(([name, path]) => `${name}=${path}`).join("\n");
  return { ...Object.fromEntries(kept), [leftOutVariable]: told };
}

/** What was left out, as sentences for the reader. */
export function leftOutWarnings(environment: Machine["environment"]): readonly string[] {
  const told = variableOf(environment, leftOutVariable) ?? "";
  return told.split("\n").flatMap((line) => {
    const [, name, path] = /^([A-Z_]+)=(.+)$/.exec(line) ?? [];
    if (name === undefined || path === undefined) return [];
    return `${quotePath(path)} sets ${programOptions.includes(name) ? "the plugin's Codex program" : name}, which was left out: a repository must not choose where runs go. If it is your wish, set it in your shell or in your own settings of Claude Code.`;
  });
}

interface SettingsFile {
  /** The folder that the settings are of. */
  readonly root: string;
  readonly path: string;
}

/** Of this folder and all above it, and of the one that Claude Code was opened in; not those of the person. */
function settingsFiles(
  environment: NodeJS.ProcessEnv,
  { folder, userHome, platform }: RepositoryPlace,
): readonly SettingsFile[] {
  const paths = pathsOf(platform);
  const opened = variableOf(environment, "CLAUDE_PROJECT_DIR");
  const starts = [folder, ...(opened !== undefined && isFullyQualified(opened, platform) ? [opened] : [])];
  const roots = new Set(starts.flatMap((start) => foldersAbove(start, paths)));
  roots.delete(userHome);
  return [...roots].flatMap((root) =>
    ["settings.json", "settings.local.json"].map((name) => ({
      root,
      path: paths.join(root, ".claude", name),
    })),
  );
}

function foldersAbove(folder: string, paths: ReturnType<typeof pathsOf>): readonly string[] {
  const parent = paths.dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersAbove(parent, paths)];
}

/** Tells whether a file sets a variable to a value; one that cannot be understood may set all of them. Undefined for no file. */
function readSettings(path: string): ((name: string, value: string) => boolean) | undefined {
  const content = readTextFile(path, "follow");
  if (content.state === "absent") return undefined;
  const settings = content.state === "text" ? parseJson(content.text) : undefined;
  if (!isRecord(settings)) return () => true;
  const { env, pluginConfigs } = settings;
  const variables = isRecord(env) ? env : {};
  const programs = isRecord(pluginConfigs) ? Object.values(pluginConfigs).flatMap(programOf) : [];
  return (name, value) =>
    (Object.hasOwn(variables, name) && String(variables[name]) === value) ||
    (programOptions.includes(name) && programs.includes(value));
}

function programOf(config: unknown): readonly unknown[] {
  const options = isRecord(config) ? config["options"] : undefined;
  return isRecord(options) ? [options["codex_path"]] : [];
}

/** A home of Codex elsewhere on this machine, as somebody has one for each account. */
function isOwnHome(name: string, value: string, root: string, { platform }: RepositoryPlace): boolean {
  return name === "CODEX_HOME" && isFullyQualified(value, platform) && !isInside(value, root, platform);
}
