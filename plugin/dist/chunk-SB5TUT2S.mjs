import {
  pins
} from "./chunk-SDP3S42Q.mjs";
import {
  isRecord
} from "./chunk-YSIIG4JU.mjs";
import {
  TandemError
} from "./chunk-VWEJZTN3.mjs";

// src/codex/config-value.ts
function mergeConfig(base, over) {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const existing = merged.get(key);
    merged.set(key, isTable(existing) && isTable(value) ? mergeConfig(existing, value) : value);
  }
  return Object.fromEntries(merged);
}
function tableOf(path, value) {
  const [first = "", ...rest] = path;
  return { [first]: rest.length === 0 ? value : tableOf(rest, value) };
}
function leafPaths(table, parents = []) {
  return Object.entries(table).flatMap(([key, value]) => {
    const path = [...parents, key];
    return isTable(value) && Object.keys(value).length > 0 ? leafPaths(value, path) : [path];
  });
}
function isConfigValue(value) {
  if (Array.isArray(value)) return value.every(isConfigValue);
  if (isRecord(value)) return !(value instanceof Date) && Object.values(value).every(isConfigValue);
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}
function isConfigTable(value) {
  return isRecord(value) && isConfigValue(value);
}
function isTable(value) {
  return isRecord(value);
}

// src/codex/overrides.ts
var reserved = [
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
  { path: ["profiles"], reason: "--profile names one" }
];
async function parseOverrides(overrides) {
  if (overrides.length === 0) return {};
  const { parse } = await import("./dist-KL34CB7D.mjs");
  let merged = {};
  for (const text of overrides) {
    const table = parseOne(text, parse);
    refuseProtected(table, `-c ${text}`);
    merged = mergeConfig(merged, table);
  }
  return merged;
}
function refuseProtected(table, source) {
  for (const path of leafPaths(table)) {
    const split = path.flatMap((part) => part.split(".").map((piece) => piece.trim()));
    const hit = [...pins, ...reserved].find(
      (entry) => overlaps(entry.path, path) || overlaps(entry.path, split)
    );
    if (hit) throw new TandemError("config_rejected", { key: path.join("."), reason: hit.reason, source });
  }
}
function parseOne(text, parse) {
  const equals = text.indexOf("=");
  if (equals < 1)
    throw new TandemError("usage", { problem: `-c takes KEY=VALUE, not ${JSON.stringify(text)}.` });
  const key = text.slice(0, equals).trim();
  const value = text.slice(equals + 1).trim();
  const table = attempt(() => parse(`${key} = ${value}`)) ?? attempt(() => parse(`${key} = ${JSON.stringify(value)}`));
  if (!isConfigTable(table) || /[\r\n]/.test(text)) {
    throw new TandemError("usage", {
      problem: `-c ${JSON.stringify(text)} is not a key and a value of TOML.`
    });
  }
  return table;
}
function attempt(parse) {
  try {
    return parse();
  } catch {
    return void 0;
  }
}
function overlaps(one, other) {
  const length = Math.min(one.length, other.length);
  return one.slice(0, length).every((part, index) => part === "*" || part === other[index]);
}

export {
  mergeConfig,
  tableOf,
  isConfigValue,
  isConfigTable,
  parseOverrides,
  refuseProtected
};
