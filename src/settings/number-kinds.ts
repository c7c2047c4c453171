import { byteSizePattern, formatByteSize, parseByteSize } from "./byte-size.ts";
import { durationPattern, formatDuration, parseDuration } from "./duration.ts";
import { bad, good, type JsonSchema, type ValueKind } from "./value-kind.ts";

/** Smallest and largest value that a setting takes, in its own unit. */
interface Limits {
  readonly minimum: number;
  readonly maximum: number;
}

/** A length of time in milliseconds. */
export function duration(limits: Limits): ValueKind<number> {
  return quantity(limits, {
    noun: "a duration such as 90, 90s, 15m, 2h or 500ms (a bare number means seconds)",
    parse: parseDuration,
    format: formatDuration,
    schema: {
      anyOf: [
        { type: "number", minimum: limits.minimum / 1000, maximum: limits.maximum / 1000 },
        { type: "string", pattern: durationPattern },
      ],
    },
  });
}

/** A number of bytes. */
export function byteSize(limits: Limits): ValueKind<number> {
  return quantity(limits, {
    noun: "a size in bytes such as 200000, 200k or 2M",
    parse: parseByteSize,
    format: formatByteSize,
    schema: {
      anyOf: [
        { type: "integer", ...limits },
        { type: "string", pattern: byteSizePattern },
      ],
    },
  });
}

/** A whole number of something. */
export function count(limits: Limits, unit: string): ValueKind<number> {
  return quantity(limits, {
    noun: `a whole number of ${unit}`,
    parse: (given) => (/^\d{1,15}$/.test(String(given)) ? Number(given) : undefined),
    format: String,
    schema: { type: "integer", ...limits },
  });
}

interface Notation {
  readonly noun: string;
  readonly parse: (given: string | number) => number | undefined;
  readonly format: (value: number) => string;
  readonly schema: JsonSchema;
}

function quantity(
  { minimum, maximum }: Limits,
  { noun, parse, format, schema }: Notation,
): ValueKind<number> {
  const range = () => `${format(minimum)} to ${format(maximum)}`;
  return {
    // Worked out when somebody is told: every start makes all kinds, and nearly none says anything.
    get accepts() {
      return `${noun}, from ${range()}`;
    },
    read: (given) => {
      const value = typeof given === "string" || typeof given === "number" ? parse(given) : undefined;
      if (value === undefined) return bad(`is not ${noun}`);
      return value < minimum || value > maximum ? bad(`is not within ${range()}`) : good(value);
    },
    format,
    schema,
    narrowing: { as: "limit", isWithin: (asked, allowed) => asked <= allowed },
  };
}
