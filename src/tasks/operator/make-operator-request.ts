import { readFileSync, statSync } from "node:fs";
import { messageOf, TandemError } from "../../domain/errors/tandem-error.ts";
import { parseJson } from "../../domain/json.ts";
import type { CheckSpec, InputValue, OperatorContract, OperatorRequest } from "../../domain/operator.ts";
import { jsonSchemaProblem } from "../../evidence/json-schema/schema-problem.ts";
import { quotePath } from "../../settings/quote.ts";
import type { FoundOperator } from "./find-operator.ts";
import { fillIn, onlyPlaceholder, outputNamed, placeholdersIn } from "./placeholders.ts";
import { type GivenInputs, type InputPlace, resolveInputs } from "./resolve-inputs.ts";
import { type OutputPlace, resolveOutputs } from "./resolve-outputs.ts";

/** Where an operator is asked for, and by whom. */
export interface RequestPlace extends InputPlace, Pick<OutputPlace, "overwrite"> {
  /** The inputs were typed by the person who wants the run, not by a model. */
  readonly isPerson: boolean;
}

/** Longest file with a JSON Schema, in bytes. */
const longestSchema = 1_000_000;

/**
 * An operator with its inputs, as plain data with everything that the run needs. Looks at inputs and at the places of outputs; starts and
 * writes nothing. Throws `usage` or `input_unreadable`.
 */
export function makeOperatorRequest(
  { contract, origin, digest }: Pick<FoundOperator, "contract" | "origin" | "digest">,
  given: GivenInputs,
  { isPerson, ...place }: RequestPlace,
): OperatorRequest {
  const inputs = resolveInputs(contract, given, place);
  const typed = isPerson ? Object.keys(given) : [];
  const outputs = resolveOutputs(contract, inputs, { ...place, typed });
  const made = new Set(outputs.map(({ output }) => output));
  const checks = contract.checks
    .filter(({ when }) => when === undefined || inputs[when] !== undefined)
    .filter((check) => outputsOf(check).every((output) => made.has(output)))
    .map((check) => resolveCheck(check, inputs));
  const returns =
    typeof contract.returns === "string" ? readSchema(contract.returns, inputs) : contract.returns;
  return {
    origin,
    digest,
    contract: { ...contract, checks, ...(returns === undefined ? {} : { returns }) },
    inputs,
    outputs,
    overwrite: place.overwrite,
  };
}

/** The outputs that a check is about. */
function outputsOf(check: CheckSpec): readonly string[] {
  if (check.check !== "command") return [check.output];
  return check.run.flatMap(placeholdersIn).flatMap(outputNamed);
}

function resolveCheck(check: CheckSpec, inputs: Readonly<Record<string, InputValue>>): CheckSpec {
  if (check.check === "schema" && typeof check.schema === "string") {
    return { ...check, schema: readSchema(check.schema, inputs) };
  }
  if (check.check === "image" && check.aspect !== undefined) {
    const aspect = fillIn(check.aspect, (name) => inputs[name]);
    if (/^[1-9]\d{0,3}:[1-9]\d{0,3}$/.test(aspect)) return { ...check, aspect };
    throw new TandemError("usage", { problem: "The aspect must be width to height, as 16:9." });
  }
  return check;
}

function readSchema(
  reference: string,
  inputs: Readonly<Record<string, InputValue>>,
): OperatorContract["returns"] {
  const path = inputs[onlyPlaceholder(reference) ?? ""];
  if (typeof path !== "string")
    throw new TandemError("usage", { problem: `There is no schema ${reference}.` });
  let text: string;
  try {
    if (statSync(path).size > longestSchema) throw new Error(`it is longer than ${longestSchema} bytes`);
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new TandemError("input_unreadable", { path, cause: messageOf(error) });
  }
  const schema = parseJson(text);
  const problem = jsonSchemaProblem(schema);
  if (problem === undefined) return schema;
  throw new TandemError("usage", {
    problem: `${quotePath(path)} is no JSON Schema that can be used: ${problem}.`,
  });
}
