import { configureGlobal } from "fast-check";

export * from "fast-check";

/** How many times as many cases as usual; set by `npm run fuzz`. */
const factor = Number(process.env["TANDEM_FUZZ"] ?? 1);

/** So many cases of a property, and more of them where rare ones are looked for. */
export function cases(count: number): { readonly numRuns: number } {
  return { numRuns: count * factor };
}

/**
 * What passes once passes again: a test run takes the same cases each time, so what it finds is of the change that it looks at.
 * `npm run fuzz` looks for the rare ones, from a seed that it names.
 */
configureGlobal({ seed: Number(process.env["TANDEM_FUZZ_SEED"] ?? 1), ...cases(100) });
