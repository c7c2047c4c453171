/** Decimal multiples, the largest first: `200k` is 200,000 bytes. */
const multiples = [
  ["G", 1_000_000_000],
  ["M", 1_000_000],
  ["k", 1000],
] as const;

/** The regular expression that a written size matches; used by the schema as well. */
export const byteSizePattern = "^[0-9]+(\\.[0-9]+)?[kKmMgG]?$";

const byteSizeForm = /^(\d+(?:\.\d+)?)([kmg]?)$/i;

/** Reads `200000`, `200k`, `2M` or `1G` as bytes. Undefined when it is not a whole number of bytes. */
export function parseByteSize(given: string | number): number | undefined {
  const match = byteSizeForm.exec(String(given));
  if (match === null) return undefined;
  const unit = match[2]?.toLowerCase();
  const factor = multiples.find(([name]) => name.toLowerCase() === unit)?.[1] ?? 1;
  const bytes = Number(match[1]) * factor;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Writes bytes with the largest multiple that needs no fraction: 200000 is `200k`. */
export function formatByteSize(bytes: number): string {
  if (bytes === 0) return "0";
  const [name, factor] = multiples.find(([, size]) => bytes % size === 0) ?? ["", 1];
  return `${bytes / factor}${name}`;
}
