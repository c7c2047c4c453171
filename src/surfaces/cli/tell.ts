export { awaitJob } from "./await-job.ts";
export { printEnvelope, printError } from "./output.ts";
