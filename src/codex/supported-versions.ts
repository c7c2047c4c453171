import { TandemError } from "../domain/errors/tandem-error.ts";
import { compareVersions, parseVersion, type Version } from "./version-order.ts";

/** The Codex versions that all tests run with: every patch of 0.169. Facts about Codex in this code come from there. */
export const testedRange = { from: "0.169.0", to: "0.169.x" } as const;

/** The oldest Codex that is run. Nothing older was ever measured, so no promise can be made for it. */
export const minimumVersion = "0.169.0";

/** What allows a version outside of the range, as the messages name it. */
export const versionOverride = "The setting allow_unsupported_codex (TANDEM_ALLOW_UNSUPPORTED_CODEX=1)";

export type VersionRange = "tested" | "newer" | "older" | "unknown";

/** Where a version lies against the tested range. `unknown` when it does not read as a version. */
export function rangeOf(version: string): VersionRange {
  const parsed = parseVersion(version);
  if (parsed === undefined) return "unknown";
  if (compareVersions(parsed, versionOf(minimumVersion)) < 0) return "older";
  const [major, minor] = versionOf(testedRange.from).numbers;
  return parsed.numbers[0] === major && parsed.numbers[1] === minor ? "tested" : "newer";
}

/**
 * Decides whether a Codex of this version may run. Newer than the tested range: a warning. Older than the minimum:
 * throws `codex_unsupported`. The override (`allowUnsupported`) takes both away.
 */
export function checkVersion(
  codex: { readonly version: string; readonly path: string },
  allowUnsupported: boolean,
): { readonly range: VersionRange; readonly warnings: readonly string[] } {
  const range = rangeOf(codex.version);
  if (allowUnsupported || range === "tested") return { range, warnings: [] };
  if (range === "newer") return { range, warnings: [newerWarning(codex.version)] };
  throw new TandemError("codex_unsupported", {
    ...codex,
    minimum: minimumVersion,
    override: versionOverride,
  });
}

function newerWarning(version: string): string {
  return `Codex ${version} is newer than the tested ${testedRange.to}; it runs, but details may differ. ${versionOverride} silences this.`;
}

function versionOf(text: string): Version {
  const parsed = parseVersion(text);
  if (parsed === undefined) throw new Error(`${text} is not a version`);
  return parsed;
}
