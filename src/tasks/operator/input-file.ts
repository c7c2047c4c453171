import { parseDocument } from "yaml";
import { isRecord } from "../../domain/json.ts";
import { contractProblem } from "./contract-problem.ts";
import type { GivenInputs } from "./resolve-inputs.ts";

/** The inputs in a YAML or JSON text. Throws `usage`. */
export function readInputFile(text: string, file: string): GivenInputs {
  const document = parseDocument(text, { version: "1.2", uniqueKeys: true });
  const [broken] = document.errors;
  if (broken !== undefined) throw contractProblem(file, broken.message.split("\n", 1)[0] ?? "it is not YAML");
  const value: unknown = document.toJS({ maxAliasCount: 0 });
  if (!isRecord(value)) throw contractProblem(file, "it must hold inputs by their names");
  return value;
}
