// What others use of the operators: a file of its own in the bundle, loaded when somebody asks for one.
export { checkPresent } from "./check-present.ts";
export { dryRunOperator } from "./dry-run-operator.ts";
export { findOperator, listOperators, readOperator } from "./find-operator.ts";
export { readInputFile } from "./input-file.ts";
export { makeOperatorRequest } from "./make-operator-request.ts";
export { newOperatorText } from "./new-operator.ts";
export { prepareOperator } from "./prepare-operator.ts";
export { readYaml } from "./read-yaml.ts";
export { runOperator } from "./run-operator.ts";
