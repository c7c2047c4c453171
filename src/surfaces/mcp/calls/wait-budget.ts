import { compareVersions, parseVersion, type Version } from "../../../codex/version-order.ts";
import type { ClientFacts } from "../client-facts.ts";

/** Below the minute after which clients of the official libraries give a call up. */
const usualMs = 50_000;
/** Between our answer and the end of the client's patience. */
const marginMs = 5_000;
const leastMs = 1_000;

/**
 * Claude Code takes a call into the background after two minutes and hands its result in later: verified with this version, in a
 * session with a person before it.
 */
const patient: { readonly name: string; readonly from: Version; readonly entrypoint: string } = {
  name: "claude-code",
  from: { numbers: [2, 1, 329], preRelease: [] },
  entrypoint: "cli",
};

/**
 * Time for which a call waits for its run, in milliseconds; undefined for as long as it takes. `chosen` is the setting
 * `mcp_wait_budget`.
 */
export function waitBudget(client: ClientFacts, chosen: number | undefined): number | undefined {
  if (chosen !== undefined) return chosen;
  const limit = client.claude?.toolTimeoutMs;
  if (limit !== undefined) return Math.min(usualMs, Math.max(leastMs, limit - marginMs));
  return isPatient(client) ? undefined : usualMs;
}

function isPatient({ name, version: given, claude }: ClientFacts): boolean {
  if (name !== patient.name || given === undefined || claude === undefined) return false;
  if (claude.hasOwnBackgroundRule || claude.entrypoint !== patient.entrypoint) return false;
  const version = parseVersion(given);
  // A new major version may have other habits.
  if (version === undefined || version.numbers[0] !== patient.from.numbers[0]) return false;
  return compareVersions(version, patient.from) >= 0;
}
