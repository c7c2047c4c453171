/** The same data without keys whose value is undefined, at every depth, so that it is the same after it was stored. */
export function withoutNothing(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNothing);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) =>
      each === undefined ? [] : [[key, withoutNothing(each)] as const],
    ),
  );
}
