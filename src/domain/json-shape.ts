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
  return (
    typeof value === "string" &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  );
}

/** True for a list of strings. */
export function isStringList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** True for a word of a fixed list, as this version or a later one writes it: what is not known here is kept and never shown as more than a word. */
export function isWord(value: unknown): value is string {
  return typeof value === "string" && /^[a-z][a-z_-]{0,31}$/.test(value);
}
