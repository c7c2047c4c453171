import { isRecord } from "../../domain/json.ts";
import type { ClaudeSettings } from "./claude-settings.ts";

const ours = "codex@codex-tandem";

/** Enabled plugins that answer to `/codex:` as well, as `name@marketplace`. */
export function otherCodexPlugins({ values }: ClaudeSettings): readonly string[] {
  const enabled = values["enabledPlugins"];
  if (!isRecord(enabled)) return [];
  return Object.entries(enabled)
    .filter(([name, isOn]) => isOn === true && /^codex@[\w.-]{1,100}$/.test(name) && name !== ours)
    .map(([name]) => name)
    .sort();
}
