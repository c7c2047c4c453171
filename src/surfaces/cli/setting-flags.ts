import type { FlagValues } from "../../settings/load.ts";
import type { RunOptions } from "./run-options.ts";

export type TimeoutKey = "timeout_review" | "timeout_consult" | "timeout_task";

/** The flags of a run that are settings, by their keys. */
export function settingFlags(options: RunOptions, timeoutKey: TimeoutKey): FlagValues {
  return {
    model: options.model,
    effort: options.effort,
    profile: options.profile,
    engine: options.engine,
    isolation: options.isolation,
    stall: options.stall,
    approvals: options.approvals,
    wait_budget: options.waitBudget,
    direct: options.direct === true ? "true" : undefined,
    [timeoutKey]: options.timeout,
    mcp_allow: options.mcp.length === 0 ? undefined : options.mcp.join(","),
  };
}
