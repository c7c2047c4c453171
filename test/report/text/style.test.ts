import { expect } from "vitest";
import { mayUseColour, paint, paintStart, proseColumns } from "../../../src/report/text/style.ts";
import { verifies } from "../../support/requirements.ts";

const cases: readonly (readonly [string, Record<string, string | undefined>, boolean, boolean])[] = [
  ["a terminal", { TERM: "xterm" }, true, true],
  ["a terminal without TERM (Windows)", {}, true, true],
  ["a pipe", { TERM: "xterm" }, false, false],
  ["a dumb terminal", { TERM: "dumb" }, true, false],
  ["NO_COLOR on a terminal", { NO_COLOR: "1" }, true, false],
  ["NO_COLOR=0, which is set too", { NO_COLOR: "0" }, true, false],
  ["an empty NO_COLOR, which does not count", { NO_COLOR: "" }, true, true],
  ["FORCE_COLOR on a pipe", { FORCE_COLOR: "1" }, false, true],
  ["an empty FORCE_COLOR on a pipe", { FORCE_COLOR: "" }, false, true],
  ["FORCE_COLOR on a dumb terminal", { FORCE_COLOR: "3", TERM: "dumb" }, false, true],
  ["FORCE_COLOR=0 on a terminal", { FORCE_COLOR: "0" }, true, false],
  ["FORCE_COLOR=false on a terminal", { FORCE_COLOR: "false" }, true, false],
  ["NO_COLOR against FORCE_COLOR", { NO_COLOR: "1", FORCE_COLOR: "1" }, true, false],
];

for (const [what, environment, isTerminal, wanted] of cases) {
  verifies("report.colour", `colour is ${wanted ? "on" : "off"} for ${what}`, () => {
    expect(mayUseColour({ environment, isTerminal })).toBe(wanted);
  });
}

verifies(
  "report.colour",
  "painting is left out when colour is off, and does not ask Node's own opinion when it is on",
  () => {
    expect(paint("x", "bad", { colour: false })).toBe("x");
    expect(paint("", "bad", { colour: true })).toBe("");
    expect(paint("x", "accent", { colour: true })).toBe("\u001B[36mx\u001B[39m");
    expect(paintStart("ab", 1, "accent", { colour: true })).toBe("\u001B[36ma\u001B[39mb");
  },
);

verifies("report.layout", "prose is set neither too narrow nor too wide to be read", () => {
  expect([10, 80, 400].map((columns) => proseColumns({ columns, colour: false }))).toEqual([40, 80, 100]);
});
