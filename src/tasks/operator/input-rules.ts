import type { InputSpec, OperatorContract, Range } from "../../domain/operator.ts";
import { quote } from "../../settings/quote.ts";
import type { ContractFault } from "./contract-problem.ts";

/** What the inputs of a contract break of its rules. */
export function inputFaults({ inputs, images }: OperatorContract): readonly ContractFault[] {
  const faults: ContractFault[] = [];
  for (const [name, spec] of Object.entries(inputs)) {
    const { type, values, default: preset, required, exists, needs = [] } = spec;
    const path = ["inputs", name];
    if ((type === "enum") !== (values !== undefined)) {
      faults.push({ path, problem: `input ${name}: \`values\` belong to an enum, and an enum needs them` });
    }
    if (required === true && preset !== undefined) {
      faults.push({ path, problem: `input ${name}: what has a default is not required` });
    }
    if (exists !== undefined && type !== "path" && type !== "paths") {
      faults.push({ path: [...path, "exists"], problem: `input ${name}: \`exists\` belongs to a path` });
    }
    for (const [index, needed] of needs.entries()) {
      if (Object.hasOwn(inputs, needed)) continue;
      faults.push({ path: [...path, "needs", index], problem: `there is no input ${quote(needed)}` });
    }
    faults.push(...rangeFaults(spec, path));
    const wanted = preset === undefined ? undefined : defaultProblem(spec, preset);
    if (wanted !== undefined) {
      faults.push({ path: [...path, "default"], problem: `input ${name}: its default must be ${wanted}` });
    }
  }
  for (const [index, name] of images.entries()) {
    const type = inputs[name]?.type;
    if (type !== "path" && type !== "paths") {
      faults.push({ path: ["images", index], problem: `there is no input ${quote(name)} that is a path` });
    }
  }
  return faults;
}

/** What a default must be that is none; undefined when it is one. */
function defaultProblem({ type, values = [], min, max }: InputSpec, preset: unknown): string | undefined {
  const isBetween = (size: number) => size >= (min ?? -Infinity) && size <= (max ?? Infinity);
  const bounds = min === undefined && max === undefined ? "" : " within its bounds";
  switch (type) {
    case "number":
      return typeof preset === "number" && isBetween(preset) ? undefined : `a number${bounds}`;
    case "enum":
      return values.some((value) => value === preset) ? undefined : "one of its values";
    case "string":
      return typeof preset === "string" && isBetween(preset.length) ? undefined : `a text${bounds}`;
    case "path":
      return typeof preset === "string" && preset !== "" ? undefined : "a path";
    case "paths": {
      const list = [preset].flat();
      return list.every((each) => typeof each === "string" && each !== "") && isBetween(list.length)
        ? undefined
        : `a list of paths${bounds}`;
    }
  }
}

/** A range that nothing can be in. */
export function rangeFaults({ min, max }: Range, path: readonly PropertyKey[]): readonly ContractFault[] {
  if (min === undefined || max === undefined || min <= max) return [];
  return [{ path, problem: "`min` is above `max`, so nothing can pass" }];
}
