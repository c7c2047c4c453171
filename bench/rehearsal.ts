/** What the benchmark takes from the product: the scripted model, a CODEX_HOME that leads to it, and where things are. */
export { platformPackageOf } from "../src/codex/platform-package.ts";
export { createRehearsalHome } from "../src/rehearsal/rehearsal-home.ts";
export { message } from "../src/rehearsal/replies.ts";
export { startScriptedModel } from "../src/rehearsal/scripted-model.ts";
export { resolveStateRoot } from "../src/settings/state-root.ts";
