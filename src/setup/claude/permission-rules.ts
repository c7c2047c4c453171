import { isRecord } from "../../domain/json.ts";
import type { ClaudeSettings } from "./claude-settings.ts";

/** Rules by which Claude Code runs those tools of ours without a question that change nothing. */
export const readOnlyRules = ["consult", "result", "review", "status"].map(
  (tool) => `mcp__plugin_codex_tandem__${tool}`,
);

/** A change of the settings that lets tools run without a question, before anything is written. */
export interface RulesChange {
  /** The rules that are not there yet; none when all of them are. */
  readonly missing: readonly string[];
  /** The whole new text of the file. */
  readonly text: string;
  /** What changes, a line each with its sign, for people. */
  readonly diff: readonly string[];
}

/** Adds rules to `permissions.allow` and leaves everything else in its place. Undefined when the settings have something else there. */
export function planRules(
  { values, text }: ClaudeSettings,
  rules: readonly string[],
): RulesChange | undefined {
  const permissions = values["permissions"] ?? {};
  if (!isRecord(permissions)) return undefined;
  const allowed: unknown = permissions["allow"] ?? [];
  if (!Array.isArray(allowed)) return undefined;
  const missing = rules.filter((rule) => !isCovered(rule, allowed));
  const changed = {
    ...values,
    permissions: { ...permissions, allow: [...(allowed as unknown[]), ...missing] },
  };
  const printed = `${JSON.stringify(changed, undefined, indentOf(text))}\n`;
  return {
    missing,
    text: printed,
    diff: missing.map((rule) => `+ permissions.allow: ${JSON.stringify(rule)}`),
  };
}

/** A rule for a whole server covers its tools, and one that ends in `*` what begins like it (2.1.197, 2.1.329). */
function isCovered(rule: string, allowed: readonly unknown[]): boolean {
  const server = rule.slice(0, rule.lastIndexOf("__"));
  return allowed.some((one) => {
    if (one === rule || one === server) return true;
    if (typeof one !== "string" || !one.endsWith("*")) return false;
    const start = one.slice(0, -1);
    return start.startsWith(`${server}__`) && rule.startsWith(start);
  });
}

/** As the person writes the file. */
function indentOf(text = ""): string {
  return /\n([ \t]+)"/.exec(text)?.[1] ?? "  ";
}
