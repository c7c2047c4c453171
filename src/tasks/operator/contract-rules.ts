import { messageOf } from "../../domain/errors/tandem-error.ts";
import type { OperatorContract } from "../../domain/operator.ts";
import { jsonSchemaProblem } from "../../evidence/json-schema/schema-problem.ts";
import { quote } from "../../settings/quote.ts";
import type { ContractFault } from "./contract-problem.ts";
import { inputFaults, rangeFaults } from "./input-rules.ts";
import { onlyPlaceholder, outputNamed, placeholdersIn } from "./placeholders.ts";

/** The first rule that a contract of the right shape breaks: names that must exist, and what excludes each other. */
export function faultOf(contract: OperatorContract): ContractFault | undefined {
  return [
    ...inputFaults(contract),
    ...outputFaults(contract),
    ...checkFaults(contract),
    ...otherFaults(contract),
  ][0];
}

function outputFaults({ inputs, outputs, tier, returns }: OperatorContract): readonly ContractFault[] {
  const faults: ContractFault[] = [];
  for (const [name, { path: target, from, seed, when }] of Object.entries(outputs)) {
    const path = ["outputs", name];
    if (when !== undefined && inputs[when] === undefined) {
      faults.push({ path: [...path, "when"], problem: `there is no input ${quote(when)}` });
    }
    for (const used of placeholdersIn(target ?? "")) {
      const type = Object.hasOwn(inputs, used) ? inputs[used]?.type : undefined;
      if (type === undefined) {
        faults.push({ path: [...path, "path"], problem: `there is no input ${quote(used)}` });
      } else if (type === "paths" && onlyPlaceholder(target ?? "") === undefined) {
        faults.push({ path: [...path, "path"], problem: `${quote(used)} is a list: it must stand alone` });
      }
    }
    if (from === "file" && tier === "read-only") {
      faults.push({ path, problem: `output ${name} is a file, so \`tier\` must be workspace-write` });
    }
    if (from === "result" && returns === undefined) {
      faults.push({ path, problem: `output ${name} is the result, so \`returns\` must describe it` });
    }
    if (seed === true && from !== "file") {
      faults.push({ path, problem: `output ${name}: only a file can be put there before the run` });
    }
  }
  return faults;
}

function checkFaults({ inputs, outputs, checks }: OperatorContract): readonly ContractFault[] {
  const faults: ContractFault[] = [];
  for (const [index, check] of checks.entries()) {
    const path = ["checks", index];
    if (check.check === "size") faults.push(...rangeFaults(check, path));
    if (check.check === "image") {
      for (const side of ["width", "height"] as const) {
        const measure = check[side];
        if (typeof measure === "object") faults.push(...rangeFaults(measure, [...path, side]));
      }
    }
    if ("output" in check && outputs[check.output] === undefined) {
      faults.push({ path: [...path, "output"], problem: `there is no output ${quote(check.output)}` });
    }
    if (check.when !== undefined && inputs[check.when] === undefined) {
      faults.push({ path: [...path, "when"], problem: `there is no input ${quote(check.when)}` });
    }
    if (check.check === "changed" && outputs[check.output]?.seed !== true) {
      faults.push({
        path,
        problem: "`changed` compares with the file before, so its output needs `seed: true`",
      });
    }
    if (check.check === "image" && check.aspect !== undefined && !isAspect(check.aspect, inputs)) {
      faults.push({ path: [...path, "aspect"], problem: "`aspect` must be like 16:9, or {{input}}" });
    }
    if (check.check === "schema") faults.push(...schemaFaults(check.schema, [...path, "schema"], inputs));
    if (check.check === "text") faults.push(...patternFaults(check.pattern, [...path, "pattern"]));
    if (check.check === "command") {
      const names = new Set([
        ...Object.keys(inputs),
        ...Object.keys(outputs).map((name) => `outputs.${name}`),
      ]);
      for (const used of check.run.flatMap(placeholdersIn)) {
        if (!names.has(used)) faults.push({ path: [...path, "run"], problem: `there is no ${quote(used)}` });
      }
      const lists = check.run
        .filter((word) => onlyPlaceholder(word) === undefined)
        .flatMap(placeholdersIn)
        .filter((used) => isList(used, { inputs, outputs }));
      for (const used of lists) {
        faults.push({ path: [...path, "run"], problem: `${quote(used)} is a list: it must stand alone` });
      }
    }
  }
  return faults;
}

/** True for an input that is a list, and for an output of as many files as one has. */
function isList(used: string, { inputs, outputs }: Pick<OperatorContract, "inputs" | "outputs">): boolean {
  const [output] = outputNamed(used);
  const named = output === undefined ? used : onlyPlaceholder(outputs[output]?.path ?? "");
  return named !== undefined && Object.hasOwn(inputs, named) && inputs[named]?.type === "paths";
}

function isAspect(aspect: string, inputs: OperatorContract["inputs"]): boolean {
  const named = onlyPlaceholder(aspect);
  return named === undefined ? /^[1-9]\d{0,3}:[1-9]\d{0,3}$/.test(aspect) : Object.hasOwn(inputs, named);
}

function otherFaults(contract: OperatorContract): readonly ContractFault[] {
  const { prompt, goal, inputs, outputs, returns, tier, network, tools } = contract;
  const faults: ContractFault[] = [];
  if (placeholdersIn(prompt).length > 0 || placeholdersIn(goal).length > 0) {
    faults.push({
      path: [placeholdersIn(prompt).length > 0 ? "prompt" : "goal"],
      problem:
        "values are not put into the words of the task: name the input (`the input format`), its value stands under INPUTS",
    });
  }
  if (returns !== undefined) faults.push(...schemaFaults(returns, ["returns"], inputs));
  if (Object.keys(outputs).length === 0 && returns === undefined) {
    faults.push({
      path: ["outputs"],
      problem: "it declares nothing that can be checked: `outputs` or `returns`",
    });
  }
  if (network && tier === "read-only") {
    faults.push({ path: ["network"], problem: "commands have no network in the tier read-only" });
  }
  for (const [index, tool] of tools.require.entries()) {
    if (!/^(?:shell|apply_patch|image_gen|web_search|[\w-]+\.[\w-]+)$/.test(tool)) {
      const problem = "a tool is shell, apply_patch, image_gen, web_search, or server.tool of an MCP server";
      faults.push({ path: ["tools", "require", index], problem });
    }
  }
  return faults;
}

function schemaFaults(
  schema: unknown,
  path: readonly PropertyKey[],
  inputs: OperatorContract["inputs"],
): readonly ContractFault[] {
  if (typeof schema !== "string") {
    const problem = jsonSchemaProblem(schema);
    return problem === undefined ? [] : [{ path, problem: `this JSON Schema cannot be used: ${problem}` }];
  }
  const named = onlyPlaceholder(schema);
  const isKnown = named !== undefined && Object.hasOwn(inputs, named);
  if (isKnown && inputs[named]?.type === "path") return [];
  return [{ path, problem: "a schema is an object, ./a-file.json, or {{input}} of an input that is a path" }];
}

function patternFaults(pattern: string, path: readonly PropertyKey[]): readonly ContractFault[] {
  try {
    new RegExp(pattern, "mu").test("");
    return [];
  } catch (error) {
    return [{ path, problem: `the pattern cannot be used: ${messageOf(error)}` }];
  }
}
