import { analyzeOperator } from "./analyze.ts";
import { checkOperator } from "./check.ts";
import { imageOperator } from "./image.ts";
import { transformOperator } from "./transform.ts";

/** The operators that come with the product, by name: the text of each as a file would hold it. */
export const builtInOperators: Readonly<Record<string, string>> = {
  analyze: analyzeOperator,
  check: checkOperator,
  image: imageOperator,
  transform: transformOperator,
};
