// The commands of operators: a file of its own in the bundle, loaded when one of them is asked for.
export { imageCommand } from "./image.ts";
export { checkOperatorCommand, newOperatorCommand } from "./operator-check.ts";
export { runOperatorCommand } from "./operator-run.ts";
export { listOperatorsCommand, showOperatorCommand } from "./operator-show.ts";
