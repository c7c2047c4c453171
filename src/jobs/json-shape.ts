/** True when every named field is a string. */
export function hasStrings(value: Readonly<Record<string, unknown>>, names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === "string");
}

/** True when every named field is a string or absent. */
export function hasOptionalStrings(
  value: Readonly<Record<string, unknown>>,
  names: readonly string[],
): boolean {
  return names.every((name) => value[name] === undefined || typeof value[name] === "string");
}

/** True for a point of time as `Date.toISOString` writes it. */
export function isTime(value: unknown): value is string {
  return typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value);
}
