import type { CallToolResult } from "@modelcontextprotocol/server";
import { takeWarnings } from "../../../jobs/unverified-reports.ts";
import { resolveStateRoot } from "../../../settings/state-root.ts";
import type { McpHost } from "../host.ts";
import { afterCall } from "./hook-answer.ts";

const ourAgent = "codex:codex-rescue";

/**
 * What the hook after a call of an agent says: that nothing backs the report of ours, to the person and to the model. Of one that was
 * sent into the background nothing is known yet.
 */
export function tellOfAgent(
  session: string,
  agent: string,
  { world }: Pick<McpHost, "world">,
): CallToolResult {
  if (agent !== ourAgent) return afterCall({});
  const warnings = takeWarnings(resolveStateRoot(world), session);
  if (warnings.length > 0) return afterCall({ person: warnings.join("\n"), model: warnings.join("\n") });
  return afterCall({
    model:
      "A report of codex-rescue without a line `Receipt: …` is no answer of Codex: tell the person so, and do not repeat it as Codex's.",
  });
}
