import type { FlagValues } from "../../settings/load.ts";
import type { TimeoutKey } from "../client/make-run-request.ts";
import type { RunOptions } from "./run-options.ts";

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
