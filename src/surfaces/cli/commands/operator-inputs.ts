import { TandemError } from "../../../domain/errors/tandem-error.ts";
import type { OperatorContract } from "../../../domain/operator.ts";
import { quote } from "../../../settings/quote.ts";
import type { GivenInputs } from "../../../tasks/operator/resolve-inputs.ts";
import { readPrompt } from "../prompt.ts";
import type { CliWorld } from "../world.ts";
import type { OperatorRunOptions } from "./operator-options.ts";

/** The inputs of a command line: those of a file, and over them `--input name=value`, byte for byte. Throws `usage` or `input_unreadable`. */
export async function readInputs(
  { input, inputFile }: Pick<OperatorRunOptions, "input" | "inputFile">,
  { inputs }: OperatorContract,
  world: CliWorld,
): Promise<GivenInputs> {
  const given: Record<string, unknown> = {};
  if (inputFile !== undefined) {
    const { readInputFile } = await import("../../../tasks/operator/operators.ts");
    Object.assign(given, readInputFile(await readPrompt(undefined, inputFile, world, "text"), inputFile));
  }
  const lists = new Map<string, string[]>();
  for (const word of input) {
    const sign = word.indexOf("=");
    const name = word.slice(0, sign);
    const value = word.slice(sign + 1);
    if (sign < 1) {
      throw new TandemError("usage", {
        problem: `--input ${quote(word)} must be a name, =, and a value.`,
        hint: "For example --input format=csv.",
      });
    }
    const before = lists.get(name);
    if (before !== undefined && inputs[name]?.type !== "paths") {
      throw new TandemError("usage", { problem: `The input ${quote(name)} was given twice.` });
    }
    lists.set(name, [...(before ?? []), value]);
  }
  for (const [name, values] of lists) given[name] = inputs[name]?.type === "paths" ? values : values[0];
  return given;
}
