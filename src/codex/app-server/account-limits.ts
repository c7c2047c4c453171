import type { AccountLimits, LimitWindow } from "../../domain/limits.ts";
import type { RateLimitSnapshot, RateLimitWindow } from "../protocol/generated.ts";

/** The limits in an update of Codex; undefined when it tells of none, as with a provider that has none (Codex 0.169). */
export function limitsIn({ primary, secondary, planType }: RateLimitSnapshot): AccountLimits | undefined {
  const windows = [primary, secondary].flatMap((window) => (window === null ? [] : [windowOf(window)]));
  if (windows.length === 0) return undefined;
  return { ...(planType === null ? {} : { plan: planType }), windows };
}

function windowOf({ usedPercent, windowDurationMins, resetsAt }: RateLimitWindow): LimitWindow {
  return {
    ...(windowDurationMins === null ? {} : { minutes: windowDurationMins }),
    usedPercent,
    // In seconds since 1970.
    ...(resetsAt === null ? {} : { resetsAt: new Date(resetsAt * 1_000).toISOString() }),
  };
}
