import type { Setting } from "./setting.ts";
import { type SettingKey, settingKeys, settingOf, variableNameOf } from "./table.ts";
import type { JsonSchema } from "./value-kind.ts";

/** The help of a setting's flag: what it decides, its default and its variable. Undefined when it has no flag. */
export function describeFlag(key: SettingKey): { readonly flag: string; readonly help: string } | undefined {
  const setting = settingOf(key);
  if (setting.flag === undefined) return undefined;
  const help = `${setting.about} (default: ${plainDefault(setting)}; ${variableNameOf(key)})`;
  return { flag: setting.flag, help: help.replaceAll("`", "") };
}

/** The default of a setting in words. */
export function plainDefault(setting: Setting<unknown>): string {
  if (setting.default === undefined) return setting.defaultText ?? "none";
  const text = setting.kind.format(setting.default);
  return text === "" ? "empty" : text;
}

/** The JSON Schema of the user file. */
export function renderSettingsSchema(): string {
  const properties = Object.fromEntries(settingKeys.map((key) => [key, schemaOf(key)]));
  const schema: JsonSchema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Settings of codex-tandem",
    type: "object",
    additionalProperties: false,
    properties,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function schemaOf(key: SettingKey): JsonSchema {
  const setting = settingOf(key);
  const description = `${setting.about} Default: ${plainDefault(setting)}.`.replaceAll("`", "");
  return { description, ...setting.kind.schema };
}
