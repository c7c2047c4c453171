export { awaitJob, leave } from "./await-job.ts";
export { printEnvelope, printError } from "./output.ts";
