import { expect } from "vitest";
import {
  type ConfigTable,
  type ConfigValue,
  isConfigTable,
  isConfigValue,
  leafPaths,
  mergeConfig,
  tableOf,
} from "../../src/codex/config-value.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";

const key = fc.oneof(fc.constantFrom("a", "b", "__proto__", "constructor", ""), fc.string({ maxLength: 3 }));
const leaf: fc.Arbitrary<ConfigValue> = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant<ConfigValue>([1]),
);
const table: fc.Arbitrary<ConfigTable> = fc.letrec<{ value: ConfigValue; table: ConfigTable }>((tie) => ({
  value: fc.oneof({ depthSize: "small" }, leaf, tie("table")),
  table: fc
    .array(fc.tuple(key, tie("value")), { maxLength: 4 })
    .map((entries) => Object.fromEntries(entries)),
})).table;

function valueAt(from: ConfigValue, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, part)
        ? (value as Record<string, unknown>)[part]
        : undefined,
    from,
  );
}

verifies(
  "codex.overrides",
  "in a merge every leaf of the upper table wins, and no other value is lost",
  () => {
    fc.assert(
      fc.property(table, table, (base, over) => {
        const merged = mergeConfig(base, over);
        const upper = leafPaths(over);
        for (const path of upper) {
          // An empty table above a filled one changes nothing in it.
          const value = valueAt(over, path);
          if (!isConfigTable(value)) expect(valueAt(merged, path)).toEqual(value);
        }
        for (const path of leafPaths(base)) {
          const hidden = upper.some(
            (other) =>
              other.every((part, index) => part === path[index]) ||
              path.every((part, index) => part === other[index]),
          );
          if (!hidden) expect(valueAt(merged, path)).toEqual(valueAt(base, path));
        }
        expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
      }),
    );
  },
);

verifies("codex.overrides", "a key named like a part of JavaScript is a key like any other", () => {
  const hostile = JSON.parse('{"__proto__":{"model_provider":"other"},"constructor":{"x":1}}') as ConfigTable;
  const merged = mergeConfig(mergeConfig({}, hostile), { a: 1 });
  expect(merged["model_provider"]).toBeUndefined();
  expect(JSON.parse(JSON.stringify(merged))).toEqual({ ...hostile, a: 1 });
});

verifies("codex.overrides", "a path becomes the table that has just this leaf", () => {
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 5 }), (path) => {
      expect(leafPaths(tableOf(path, 1))).toEqual([path]);
    }),
  );
});

verifies("codex.overrides", "only what JSON can carry is a value of the configuration", () => {
  expect([1, "a", null, true, [1, { a: [] }], {}].every(isConfigValue)).toBe(true);
  expect([undefined, () => 1, new Date(0), [new Date(0)], { a: undefined }, 1n].some(isConfigValue)).toBe(
    false,
  );
  expect([[], "a", null].some(isConfigTable)).toBe(false);
});
