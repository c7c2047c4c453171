const millisecondsOf = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Units from the largest to the smallest, for writing. */
const units = ["h", "m", "s", "ms"] as const;

/** The regular expression that a written duration matches; used by the schema as well. */
export const durationPattern = "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)?$";

const durationForm = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/;

/**
 * Reads `90`, `90s`, `15m`, `2h` or `500ms` as milliseconds; a number without a unit means seconds.
 * Undefined when it is not a duration.
 */
export function parseDuration(given: string | number): number | undefined {
  const match = durationForm.exec(String(given));
  if (match === null) return undefined;
  const unit = match[2];
  const factor = unit === undefined ? millisecondsOf.s : millisecondsOf[unitOf(unit)];
  const milliseconds = Math.round(Number(match[1]) * factor);
  return Number.isSafeInteger(milliseconds) ? milliseconds : undefined;
}

/** Writes milliseconds in the largest unit that needs no fraction: 900000 is `15m`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return "0s";
  const unit = units.find((candidate) => milliseconds % millisecondsOf[candidate] === 0) ?? "ms";
  return `${milliseconds / millisecondsOf[unit]}${unit}`;
}

function unitOf(text: string): (typeof units)[number] {
  return units.find((unit) => unit === text) ?? "s";
}
