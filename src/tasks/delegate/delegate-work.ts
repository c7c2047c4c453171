/** All that a delegated run takes: a file of its own in the bundle, since few commands need it. */
export { captureLeftWork } from "./capture-left-work.ts";
export { dryRunDelegate } from "./dry-run-delegate.ts";
export { prepareDelegate } from "./prepare-delegate.ts";
export { runDelegate } from "./run-delegate.ts";
