import { TandemError } from "../domain/errors/tandem-error.ts";
import { type ConfigTable, isConfigTable, leafPaths, mergeConfig } from "./config-value.ts";
import { pins } from "./pins.ts";

interface Protected {
  readonly path: readonly string[];
  readonly reason: string;
}

/** Keys that no override may touch although no pin is sent for them: they decide what the pins and tiers mean. */
const reserved: readonly Protected[] = [
  { path: ["sandbox_mode"], reason: "the tier decides it (--tier)" },
  { path: ["sandbox_workspace_write"], reason: "the tier decides it (--tier, --network)" },
  { path: ["approval_policy"], reason: "approvals are decided per run" },
  { path: ["approvals_reviewer"], reason: "only a person may approve" },
  { path: ["permissions"], reason: "the tier decides it (--tier)" },
  { path: ["default_permissions"], reason: "the tier decides it (--tier)" },
  { path: ["tools", "web_search"], reason: "--network decides it" },
  { path: ["features", "web_search_request"], reason: "--network decides it" },
  { path: ["features", "web_search_cached"], reason: "--network decides it" },
  { path: ["features", "standalone_web_search"], reason: "--network decides it" },
  { path: ["features", "connectors"], reason: "connectors act outside the sandbox" },
  { path: ["features", "multi_agent"], reason: "sub-agents spend tokens that the run does not account for" },
  { path: ["features", "collab"], reason: "sub-agents spend tokens that the run does not account for" },
  { path: ["features", "shell_snapshot_v2"], reason: "the snapshot holds the whole environment" },
  { path: ["features", "codex_hooks"], reason: "hooks run outside the sandbox" },
  { path: ["features", "hooks"], reason: "hooks run outside the sandbox" },
  { path: ["hooks"], reason: "hooks run outside the sandbox" },
  { path: ["plugins"], reason: "plugins run outside the sandbox" },
  { path: ["marketplaces"], reason: "plugins run outside the sandbox" },
  { path: ["apps"], reason: "connectors act outside the sandbox" },
  { path: ["profile"], reason: "--profile names one" },
  { path: ["profiles"], reason: "--profile names one" },
];

/** The configuration that `-c key=value` options ask for, read as Codex reads them. Refuses what a pin protects. */
export async function parseOverrides(overrides: readonly string[]): Promise<ConfigTable> {
  if (overrides.length === 0) return {};
  const { parse } = await import("smol-toml");
  let merged: ConfigTable = {};
  for (const text of overrides) {
    const table = parseOne(text, parse);
    refuseProtected(table, `-c ${text}`);
    merged = mergeConfig(merged, table);
  }
  return merged;
}

/**
 * Throws `config_rejected` when a table, from an option or a profile, sets something that a pin protects. A quoted key may hold
 * dots: Codex 0.169 takes such a key of thread/start for a path, so it counts as one key and as a path.
 */
export function refuseProtected(table: ConfigTable, source: string): void {
  for (const path of leafPaths(table)) {
    const split = path.flatMap((part) => part.split(".").map((piece) => piece.trim()));
    const hit = [...pins, ...reserved].find(
      (entry) => overlaps(entry.path, path) || overlaps(entry.path, split),
    );
    if (hit) throw new TandemError("config_rejected", { key: path.join("."), reason: hit.reason, source });
  }
}

/** The error of a `-c` option with a key that this Codex does not know. */
export function unknownOverride(key: string): TandemError {
  return new TandemError("config_rejected", { key, reason: "this Codex does not know it", source: "-c" });
}

/** As Codex does: the part behind `=` is TOML, or a plain string where it is not. Quoted key parts and tables count too. */
function parseOne(text: string, parse: (toml: string) => unknown): ConfigTable {
  const equals = text.indexOf("=");
  if (equals < 1)
    throw new TandemError("usage", { problem: `-c takes KEY=VALUE, not ${JSON.stringify(text)}.` });
  const key = text.slice(0, equals).trim();
  const value = text.slice(equals + 1).trim();
  const table =
    attempt(() => parse(`${key} = ${value}`)) ?? attempt(() => parse(`${key} = ${JSON.stringify(value)}`));
  if (!isConfigTable(table) || /[\r\n]/.test(text)) {
    throw new TandemError("usage", {
      problem: `-c ${JSON.stringify(text)} is not a key and a value of TOML.`,
    });
  }
  return table;
}

function attempt(parse: () => unknown): unknown {
  try {
    return parse();
  } catch {
    // Not TOML: the caller tries the text as a plain string, as Codex does.
    return undefined;
  }
}

/** True when one path lies within the other; `*` stands for any part. */
function overlaps(one: readonly string[], other: readonly string[]): boolean {
  const length = Math.min(one.length, other.length);
  return one.slice(0, length).every((part, index) => part === "*" || part === other[index]);
}
