import { familyVariable } from "../family-mark.ts";
import type { EffectivePin } from "../pins.ts";

/** Variables that Codex's `inherit="core"` passes on (0.169; the last two lines are Windows'). */
const coreVariables = `HOME LANG LC_ALL LC_CTYPE LOGNAME PATH SHELL USER TEMP TMP TMPDIR
 PATHEXT COMSPEC SYSTEMROOT SYSTEMDRIVE USERNAME USERDOMAIN USERPROFILE HOMEDRIVE HOMEPATH PROGRAMDATA
 PROGRAMFILES PROGRAMFILES(X86) PROGRAMW6432 LOCALAPPDATA APPDATA POWERSHELL PWSH`.split(/\s+/);

/** Variables by which Codex's own process would act otherwise. */
const readByCodex = /^(?:CODEX_|OPENAI_|RUST_|SSL_CERT_)|_proxy$/i;

/** How the variables of the allow-list reach the model's commands. */
export interface ShellEnvironment {
  /** Pins of the policy that pick variables out of Codex's environment by name. */
  readonly pins: readonly EffectivePin[];
  /** What Codex's own process gets beside its environment. */
  readonly variables: Readonly<Record<string, string>>;
  /** What can only be told in the configuration. */
  readonly inArguments: Readonly<Record<string, string>>;
}

/**
 * Keeps the values of the allow-list out of the command line, which every user of the machine can read: they stand in Codex's own
 * environment, and its policy picks them by name. Only a value that Codex's own process must not have itself is told in the arguments.
 */
export function shellEnvironment(
  allowed: Readonly<Record<string, string>>,
  codexEnvironment: NodeJS.ProcessEnv,
): ShellEnvironment {
  const names = Object.keys(allowed);
  if (names.length === 0) return { pins: [], variables: {}, inArguments: {} };
  const missing = Object.entries(allowed).filter(([name, value]) => codexEnvironment[name] !== value);
  const mustNotReach = ([name]: [string, string]) =>
    readByCodex.test(name) || coreVariables.includes(name.toUpperCase());
  return {
    pins: [
      pin("inherit", "all"),
      pin("ignore_default_excludes", true),
      pin("include_only", [...new Set(["SHLVL", familyVariable, ...coreVariables, ...names])]),
    ],
    variables: Object.fromEntries(missing.filter((entry) => !mustNotReach(entry))),
    inArguments: Object.fromEntries(missing.filter(mustNotReach)),
  };
}

function pin(key: string, value: EffectivePin["value"]): EffectivePin {
  return {
    path: ["shell_environment_policy", key],
    reason: "The variables of the allow-list by name; their values do not show in the list of processes.",
    value,
  };
}
