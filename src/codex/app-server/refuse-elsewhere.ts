import { TandemError } from "../../domain/errors/tandem-error.ts";
import type { ApprovalMode } from "../../domain/run.ts";
import type { Tier } from "../../domain/tier.ts";
import { endpointVariable, stayHere } from "./endpoint.ts";

/** What of a run an app-server elsewhere cannot be trusted with. */
export interface WishesElsewhere {
  readonly tier: Tier;
  readonly approvals?: ApprovalMode;
  readonly profile?: string;
}

/** Throws `usage` for a run that needs what we can neither verify nor end elsewhere: such a run is read-only. */
export function refuseElsewhere(wishes: WishesElsewhere, name: string): void {
  const wish = describeWish(wishes);
  if (wish === undefined) return;
  throw new TandemError("usage", {
    problem: `A run on the app-server at ${name} (${endpointVariable}) cannot ${wish}.`,
    hint: `Leave the option out. ${stayHere}`,
  });
}

function describeWish({ tier, approvals, profile }: WishesElsewhere): string | undefined {
  if (tier !== "read-only") {
    return "write: neither its sandbox's surroundings nor the end of its processes can be verified there";
  }
  if (approvals === "ask") return "ask for approvals: an accepted command runs outside of the sandbox";
  return profile === undefined ? undefined : "use a profile: its file would have to be read there";
}
