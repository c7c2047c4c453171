import type { ConfigTable } from "../src/codex/config-value.ts";
import { effectivePins, tableOfPins } from "../src/codex/pins.ts";

/** What the benchmark takes from the product: the scripted model, a CODEX_HOME that leads to it, where things are, and the pins. */
export { platformPackageOf } from "../src/codex/platform-package.ts";
export { createRehearsalHome } from "../src/rehearsal/rehearsal-home.ts";
export { message } from "../src/rehearsal/replies.ts";
export { startScriptedModel } from "../src/rehearsal/scripted-model.ts";
export { resolveStateRoot } from "../src/settings/state-root.ts";

/** What goes with the thread of a read-only run in this folder. */
export function pinsOf(folder: string): ConfigTable {
  const context = {
    untrusted: false,
    network: false,
    projectRoots: [folder],
    environment: {},
    shellVariables: [],
    mcpConfigured: [],
    mcpAllowed: [],
  };
  return tableOfPins(effectivePins(context));
}
