/** An object with one key, or none when there is no value. */
export function present<Key extends string, Value>(
  key: Key,
  value: Value | null | undefined,
): { [K in Key]?: Value } {
  // TypeScript widens a computed key to string.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (value === undefined || value === null ? {} : { [key]: value }) as { [K in Key]?: Value };
}
