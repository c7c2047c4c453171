/** What the benchmark takes from the product: the scripted model and a CODEX_HOME that leads to it. */
export { createRehearsalHome } from "../src/rehearsal/rehearsal-home.ts";
export { message } from "../src/rehearsal/replies.ts";
export { startScriptedModel } from "../src/rehearsal/scripted-model.ts";
