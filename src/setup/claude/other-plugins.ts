import { isRecord } from "../../domain/json.ts";
import type { ClaudeSettings } from "./claude-settings.ts";

const ours = "codex@codex-tandem";

/** The settings of Claude Code that enable plugins; later ones win over earlier ones (2.1.197, 2.1.329). */
export const pluginScopes = ["user", "project", "local"] as const;
type PluginScope = (typeof pluginScopes)[number];

/** Settings of Claude Code and how far they reach. */
export interface ScopedSettings extends Pick<ClaudeSettings, "values"> {
  readonly scope: PluginScope;
}

/** A plugin that answers to `/codex:` as well. */
export interface OtherPlugin {
  /** As `name@marketplace`. */
  readonly name: string;
  /** Which settings enable it. */
  readonly scope: PluginScope;
}

/** Plugins of our name that are enabled, by settings in the order of their scopes. */
export function otherCodexPlugins(settings: readonly ScopedSettings[]): readonly OtherPlugin[] {
  const states = new Map<string, { readonly isOn: boolean; readonly scope: PluginScope }>();
  for (const { values, scope } of settings) {
    const enabled = values["enabledPlugins"];
    if (!isRecord(enabled)) continue;
    for (const [name, isOn] of Object.entries(enabled)) states.set(name, { isOn: isOn === true, scope });
  }
  return [...states]
    .filter(([name, { isOn }]) => isOn && /^codex@[\w.-]{1,100}$/.test(name) && name !== ours)
    .map(([name, { scope }]) => ({ name, scope }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** What leaves only our plugin here. A project's settings are everybody's, so the person's own ones for the project say no. */
export function disableCommand({ name, scope }: OtherPlugin): string {
  return `claude plugin disable ${name} --scope ${scope === "user" ? "user" : "local"}`;
}
