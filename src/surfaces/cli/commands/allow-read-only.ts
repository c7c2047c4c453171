import { TandemError } from "../../../domain/errors/tandem-error.ts";
import { type ClaudeSettings, writeClaudeSettings } from "../../../setup/claude/claude-settings.ts";
import { planRules, type RulesChange, readOnlyRules } from "../../../setup/claude/permission-rules.ts";
import { confirm } from "../confirm.ts";
import type { CliWorld } from "../world.ts";

/** How Claude Code lets tools run without a question that change nothing. */
export function ruleLines(settings: ClaudeSettings): readonly string[] {
  const { missing } = planned(settings);
  if (missing.length === 0) return ["Rules     the read-only tools run without a question"];
  return [
    "Rules     Claude Code asks before each call of Codex, also of those that only",
    "          read. /codex:setup --allow-read-only lets these run by a line each in",
    `          permissions.allow of ${settings.path}:`,
    ...missing.map((rule) => `            ${JSON.stringify(rule)}`),
  ];
}

/** Writes the rules: a person on a terminal sees the change first and is asked, everybody else has asked by the flag. */
export async function allowReadOnly(settings: ClaudeSettings, world: CliWorld): Promise<readonly string[]> {
  const { missing, diff, text } = planned(settings);
  if (missing.length === 0) return ["Rules     already there: nothing was changed"];
  const shown = [`${settings.path}:`, ...diff];
  if (world.stdin.isTTY && world.stderr.isTTY) {
    world.stderr.write(`${shown.join("\n")}\n`);
    if (!(await confirm("Write this?", world))) return ["Rules     nothing was written"];
  }
  const backup = await writeClaudeSettings(settings, text, new Date());
  return [
    `Rules     written into ${shown[0]}`,
    ...diff.map((line) => `            ${line}`),
    ...(backup === undefined ? [] : [`          What was there before: ${backup}`]),
    "          They count from the next session of Claude Code on.",
  ];
}

function planned(settings: ClaudeSettings): RulesChange {
  const change = planRules(settings, readOnlyRules);
  if (change !== undefined) return change;
  throw new TandemError("usage", {
    problem: `permissions.allow in ${settings.path} is no list; nothing was changed.`,
  });
}
