import { writePrivateFile } from "../../jobs/private-files.ts";
import type { EngineHooks } from "../../jobs/run-job.ts";
import { realCodexHome } from "../../setup/codex-world.ts";
import { limitsPath } from "../../setup/known-limits.ts";

/** Keeps what Codex tells of its account's limits for `status`, which asks nobody. It is no event of a run, so no journal has it. */
export function keepLimits(
  hooks: EngineHooks,
  { stateRoot, codexHome }: { readonly stateRoot: string; readonly codexHome: string },
): EngineHooks {
  return {
    ...hooks,
    onEvent: (event) => {
      if (event.type !== "limits") return hooks.onEvent(event);
      const { plan, windows } = event.limits;
      const known = { codexHome: realCodexHome(codexHome), at: new Date().toISOString(), plan, windows };
      writePrivateFile(limitsPath(stateRoot), JSON.stringify(known), { durable: false }).catch(() => {
        // `status` shows what it was told before.
      });
    },
  };
}
