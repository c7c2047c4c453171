import { isRecord } from "../../domain/json.ts";
import { contractProblem } from "./contract-problem.ts";
import { readYaml } from "./read-yaml.ts";
import type { GivenInputs } from "./resolve-inputs.ts";

/** The inputs in a YAML or JSON text. Throws `usage`. */
export function readInputFile(text: string, file: string): GivenInputs {
  const value = readYaml(text, file);
  if (!isRecord(value)) throw contractProblem(file, "it must hold inputs by their names");
  return value;
}
