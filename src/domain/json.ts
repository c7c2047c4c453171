/** True for a JSON object: neither null nor an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value of a JSON text, or undefined when it is not JSON (undefined is no JSON value). */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The same for a file that is kept: undefined also for what is nested deeper than anything of ours, Codex's own messages included
 * (128 levels, 0.169). Printing, copying and comparing such a value would end in a RangeError, somewhere.
 */
export function parseStoredJson(text: string): unknown {
  const value = parseJson(text);
  return isWithin(value, deepestStored) ? value : undefined;
}

const deepestStored = 200;

function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => isWithin(inner, levels - 1));
}
