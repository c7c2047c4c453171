import { messageOf } from "../../domain/errors/tandem-error.ts";
import { findWorkTreeRoot } from "../../workspace/work-tree-root.ts";
import { claimOwnSession } from "./claim-session.ts";
import type { McpHost } from "./host.ts";
import { openSession } from "./place/open-session.ts";

/** What is due once the client has shaken hands. Never fails. */
export async function beginSession(host: McpHost): Promise<void> {
  await Promise.all([claimOwnSession(host.world, host.claude, host.log), followGateOption(host)]);
}

/** The gate is wanted everywhere: it is switched on in the folder that Claude Code was opened in, unless a person has switched it there. */
async function followGateOption(host: McpHost): Promise<void> {
  const { claude, log } = host;
  const folder = claude?.projectFolder;
  if (claude?.wantsGate !== true || folder === undefined || findWorkTreeRoot(folder) === undefined) return;
  try {
    const { switchOnWhereNew } = await import("../client/gate/switch-gate.ts");
    await switchOnWhereNew(await openSession(host, folder));
  } catch (error) {
    log("warning", "the review gate could not be switched on", messageOf(error));
  }
}
