import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { resolveOutputs } from "../../../src/tasks/operator/resolve-outputs.ts";
import { makeHome } from "../../support/homes.ts";
import { array, assert, constantFrom, property } from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";
import { contractHead, operatorOf } from "./support.ts";

const folders = ["one", "two", "three", "four"];

describe("the files of several outputs", () => {
  const cwd = realpathSync(makeHome("outputs"));
  for (const folder of folders) mkdirSync(join(cwd, folder));
  const { contract } = operatorOf(
    `${contractHead}tier: workspace-write\ninputs:\n  files: { type: paths, required: true, exists: false }\noutputs:\n  text: { path: "{{files}}" }\n`,
    { cwd, given: { files: [join(cwd, "a")] } },
  );

  verifies("operator.apart", "do not meet in the scratch folder, whatever their names are", () => {
    const file = constantFrom("a", "A", "2-a", "3-a", "4-a", "2-A", "2-2-a", "3-2-a", "b");
    assert(
      property(array(file, { minLength: 1, maxLength: 4 }), (names) => {
        const files = names.map((name, index) => join(cwd, folders[index] ?? "", name));
        const outputs = resolveOutputs(contract, { files }, { cwd, typed: ["files"], overwrite: false });
        expect(outputs.map(({ destination }) => destination)).toEqual(files);
        expect(new Set(outputs.map((output) => output.file.toLowerCase())).size).toBe(files.length);
      }),
    );
  });

  verifies("operator.bad_input", "are refused where one would be another's record", () => {
    writeFileSync(join(cwd, "source.txt"), "x");
    const both = `${contractHead}tier: workspace-write\noutputs:\n  image: { path: a.png, from: image }\n  text: { path: a.png.provenance.json }\n`;
    expect(() => operatorOf(both, { cwd })).toThrow("Two outputs would be written to");
  });
});
