// What others use of the operators: a file of its own in the bundle, loaded when somebody asks for one.
export { dryRunOperator } from "./dry-run-operator.ts";
export { findOperator, listOperators } from "./find-operator.ts";
export { readInputFile } from "./input-file.ts";
export { makeOperatorRequest } from "./make-operator-request.ts";
export { prepareOperator } from "./prepare-operator.ts";
export { runOperator } from "./run-operator.ts";
