import { plainDefault } from "./describe.ts";
import type { Setting } from "./setting.ts";
import { type SettingKey, settingKeys, settingOf, variableNameOf } from "./table.ts";
import { settingsFileLimit } from "./toml-file.ts";

const introduction = `# Settings

<!-- Generated from src/settings/table.ts by scripts/docs.mjs. Do not edit. -->

Each setting is looked for in this order; the first place that has it wins:

1. the flag of the command,
2. the variable \`TANDEM_<KEY>\` (an empty one counts as not set),
3. the user file,
4. the project file, which may only narrow,
5. the default.

\`tandem status\` shows the values in force and where they come from.

## Files

The user file is the one that \`TANDEM_CONFIG\` names (an absolute path), else:

| system | user file |
| --- | --- |
| Linux and others | \`\${XDG_CONFIG_HOME:-~/.config}/codex-tandem/config.toml\` |
| macOS | \`~/Library/Application Support/codex-tandem/config.toml\` |
| Windows | \`%APPDATA%\\codex-tandem\\config.toml\` |

It is one flat TOML table; \`docs/settings.schema.json\` is its schema:

\`\`\`toml
model = "gpt-5.5"
timeout_review = "45m"
mcp_allow = ["docs"]
\`\`\`

A user file that a variable points into the project is refused: a repository must not grant rights to itself.

The project file is \`.tandem/config.toml\` in the root of the workspace. It comes with the repository, so it can only take
rights and time away: a limit counts when the user file is silent and the value is smaller than the default; a list counts
when it is a part of what the user allows. Anything else in it is ignored with a warning, and so is a file that is a
symbolic link, larger than ${settingsFileLimit} bytes or not valid TOML.

On the command line a bad value, an unknown key or an unreadable user file is a \`usage\` error before anything starts. In the
MCP server and in hooks it is a warning, and the next place in the list above is asked.`;

/** The page \`docs/settings.md\`. */
export function renderSettingsPage(): string {
  const sections: string[] = [introduction];
  let group: string | undefined;
  for (const key of settingKeys) {
    const setting = settingOf(key);
    if (setting.group !== group) sections.push(`## ${setting.group}`);
    group = setting.group;
    sections.push(renderSetting(key, setting));
  }
  return `${sections.join("\n\n")}\n`;
}

function renderSetting(key: SettingKey, setting: Setting<unknown>): string {
  const rows = [
    `- Value: ${setting.kind.accepts}`,
    `- Default: ${renderDefault(setting)}`,
    `- Set by: ${renderPlaces(key, setting)}`,
  ];
  return [`### ${key}`, "", setting.about, "", ...rows].join("\n");
}

function renderDefault(setting: Setting<unknown>): string {
  const text = plainDefault(setting);
  return setting.default === undefined || text === "empty" ? text : `\`${text}\``;
}

function renderPlaces(key: SettingKey, setting: Setting<unknown>): string {
  const places: string[] = [];
  if (setting.flag !== undefined) places.push(`\`${setting.flag}\``);
  if (setting.environment === "derived") places.push(`\`${variableNameOf(key)}\``);
  if (setting.shortVariable !== undefined) places.push(`\`${setting.shortVariable}\``);
  places.push("user file");
  if (setting.project === "narrow") places.push(renderProject(setting));
  return places.join(", ");
}

function renderProject({ kind, projectMinimum }: Setting<unknown>): string {
  if (kind.narrowing?.as === "permission") return "project file (a part of the list)";
  const least = projectMinimum === undefined ? "" : `, not below ${kind.format(projectMinimum)}`;
  return `project file (smaller values${least})`;
}
