import { describe, expect } from "vitest";
import { requirements } from "./requirements.ts";
import { filesIn, readText } from "./support/repository.ts";
import { verifies } from "./support/requirements.ts";

const tests = filesIn("test", ".test.ts").map((path) => ({ path, text: readText(path) }));
const cited = new Set(
  tests.flatMap(({ text }) => [...text.matchAll(/\bverifies\(\s*"([^"]+)"/g)].map(([, id]) => id ?? "")),
);

describe("requirements", () => {
  verifies("tooling.coverage", "every listed requirement is cited by a test", () => {
    expect(Object.keys(requirements).filter((id) => !cited.has(id))).toEqual([]);
  });

  verifies("tooling.coverage", "every id that a test cites is listed", () => {
    expect([...cited].filter((id) => !(id in requirements))).toEqual([]);
  });

  verifies("tooling.coverage", "no test is declared without a requirement, skipped or run alone", () => {
    const declaration = /^\s*(?:it|test|describe\.(?:only|skip)|\w+\.(?:only|skip|todo))\(/m;
    expect(tests.filter(({ text }) => declaration.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

describe("warnings", () => {
  verifies("tooling.warnings", "a warning of the process throws", () => {
    // Only ours, which the set-up file adds after Node's own: that one would print the warning.
    const listener = process.listeners("warning").at(-1);
    expect(() => listener?.(new Error("leaked listener"))).toThrow("leaked listener");
  });
});
