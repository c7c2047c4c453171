import { isRecord } from "../domain/json.ts";

/** A value of Codex's configuration, as JSON. */
export type ConfigValue = string | number | boolean | null | ConfigValue[] | ConfigTable;
export interface ConfigTable {
  [key: string]: ConfigValue;
}

/** Lays `over` on `base`: tables are merged, everything else is replaced. */
export function mergeConfig(base: ConfigTable, over: ConfigTable): ConfigTable {
  // A map: an assignment to the key `__proto__`, which TOML allows, would change the object's prototype.
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const existing = merged.get(key);
    merged.set(key, isTable(existing) && isTable(value) ? mergeConfig(existing, value) : value);
  }
  return Object.fromEntries(merged);
}

/** The table that sets one value: `["a", "b"], 1` becomes `{ a: { b: 1 } }`. */
export function tableOf(path: readonly string[], value: ConfigValue): ConfigTable {
  const [first = "", ...rest] = path;
  return { [first]: rest.length === 0 ? value : tableOf(rest, value) };
}

/** Every leaf of a table as its path; an empty table is a leaf. */
export function leafPaths(table: ConfigTable, parents: readonly string[] = []): string[][] {
  return Object.entries(table).flatMap(([key, value]) => {
    const path = [...parents, key];
    return isTable(value) && Object.keys(value).length > 0 ? leafPaths(value, path) : [path];
  });
}

/** True when `value`, read from TOML or JSON, is something that Codex's configuration can hold. */
export function isConfigValue(value: unknown): value is ConfigValue {
  if (Array.isArray(value)) return value.every(isConfigValue);
  if (isRecord(value)) return !(value instanceof Date) && Object.values(value).every(isConfigValue);
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

export function isConfigTable(value: unknown): value is ConfigTable {
  return isRecord(value) && isConfigValue(value);
}

function isTable(value: ConfigValue | undefined): value is ConfigTable {
  return isRecord(value);
}
