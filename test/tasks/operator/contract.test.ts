import { describe, expect } from "vitest";
import { builtInOperators } from "../../../src/tasks/operator/built-in/all.ts";
import { operatorJsonSchema } from "../../../src/tasks/operator/contract-schema.ts";
import { newOperatorText } from "../../../src/tasks/operator/new-operator.ts";
import { parseContract } from "../../../src/tasks/operator/parse-contract.ts";
import { verifies } from "../../support/requirements.ts";
import { contractHead } from "./support.ts";

function parse(text: string, files: Readonly<Record<string, string>> = {}) {
  return parseContract(text, "x.yaml", (path) => {
    const found = files[path];
    if (found === undefined) throw new Error(`${path} is not there`);
    return found;
  });
}

const good = `${contractHead}tier: workspace-write\noutputs:\n  out:\n    path: out.txt\n`;

describe("a contract", () => {
  verifies("operator.contract", "of every built-in operator and of a new one is valid", () => {
    for (const [name, text] of Object.entries(builtInOperators)) expect(parse(text).name).toBe(name);
    expect(parse(newOperatorText("mine")).name).toBe("mine");
  });

  verifies("operator.contract", "has a schema that can be published", () => {
    expect(operatorJsonSchema()).toMatchObject({
      type: "object",
      required: expect.arrayContaining(["goal"]),
    });
  });

  verifies("operator.contract", "includes files beside it", () => {
    const text = good.replace("prompt: Do it.", "prompt: {file: ./task.md}");
    expect(parse(text, { "./task.md": "Really do it." }).prompt).toBe("Really do it.");
  });

  const faults: readonly [string, string, string][] = [
    ["broken YAML", `${good}inputs: [`, "x.yaml:9:"],
    ["a key twice", `${good}goal: again\n`, "x.yaml:9:1"],
    ["an unknown key", `${good}output: 1\n`, 'x.yaml:9:9: there is no key "output" here (outputs?)'],
    ["a missing key", good.replace("goal: Make it.\n", ""), "x.yaml:1:1: `goal`"],
    ["a wrong type", `${good}network: perhaps\n`, "x.yaml:9:10: `network`"],
    ["a wider tier", good.replace("workspace-write", "danger-full-access"), "x.yaml:5:7: `tier`"],
    [
      "an output that nobody declared",
      `${good}checks:\n  - check: size\n    output: no\n    min: 1\n`,
      "x.yaml:11:13",
    ],
    [
      "an input that nobody declared",
      good.replace("out.txt", '"{{where}}"'),
      'x.yaml:8:11: there is no input "where"',
    ],
    ["a value in the words", good.replace("Do it.", '"Do {{x}}."'), "x.yaml:4:9: values are not put"],
    ["a file of a reader", good.replace("workspace-write", "read-only"), "output out is a file"],
    ["nothing to check", contractHead, "it declares nothing that can be checked"],
    [
      "a pattern that is none",
      `${good}checks:\n  - {check: text, output: out, pattern: "("}\n`,
      "x.yaml:10:41",
    ],
    [
      "a schema that is none",
      `${good}returns: {type: nothing}\n`,
      "x.yaml:9:10: this JSON Schema cannot be used",
    ],
    [
      "a default of another type",
      `${good}inputs: {n: {type: number, default: many}}\n`,
      "x.yaml:9:37: input n: its default must be a number",
    ],
    [
      "a default that is none of the words",
      `${good}inputs: {n: {type: enum, values: [a], default: b}}\n`,
      "its default must be one of its values",
    ],
    ["a time that is none", `${good}timeout: soon\n`, "x.yaml:9:10: `timeout`: must be like 90s, 10m or 2h"],
    [
      "a name with a blank",
      `${good}inputs: {a b: {type: string}}\n`,
      "`inputs.a b`: the name must be letters",
    ],
    ["bounds that nothing meets", `${good}inputs: {n: {type: number, min: 2, max: 1}}\n`, "above `max`"],
    [
      "a size that nothing has",
      `${good}checks:\n  - {check: size, output: out, min: 2, max: 1}\n`,
      "x.yaml:10:5: `min` is above `max`",
    ],
    [
      "a word that is no path but need not exist",
      `${good}inputs: {n: {type: string, exists: false}}\n`,
      "`exists`",
    ],
    [
      "a name that every object has",
      `${good}inputs: {constructor: {type: string}}\n`,
      "`inputs.constructor`: the name is one that programs keep for themselves",
    ],
    [
      "a reference to what every object has",
      good.replace("out.txt", '"{{constructor}}"'),
      'there is no input "constructor"',
    ],
    [
      "a list in the middle of a word",
      `${good}inputs: {all: {type: paths}}\nchecks:\n  - {check: command, run: ["cat", "x{{all}}"]}\n`,
      '"all" is a list: it must stand alone',
    ],
    [
      "a schema of which a part would be passed over",
      `${good}returns: {type: object, unevaluatedProperties: false}\n`,
      'has the keyword "unevaluatedProperties", which is not known here',
    ],
    [
      "more checks than anybody reads",
      `${good}checks: [${"{check: size, output: out, min: 1},".repeat(101)}]\n`,
      "x.yaml:9:",
    ],
    ["a retry of a quota", `${good}retry: {quota: 2}\n`, "x.yaml:9:"],
    ["a bomb of aliases", `${good}inputs: &a {}\nimages: [*a]\n`, "x.yaml"],
    [
      "a file that is not there",
      good.replace("prompt: Do it.", "prompt: {file: ./no.md}"),
      "x.yaml:4:16: ./no.md is not there",
    ],
  ];
  for (const [what, text, problem] of faults) {
    verifies("operator.contract_errors", `with ${what} is refused with the place`, () => {
      expect(() => parse(text)).toThrow(problem);
    });
  }
});
