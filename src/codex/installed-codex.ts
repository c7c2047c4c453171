import { join } from "node:path";
import { type CodexLocation, findCodex, type SearchRequest } from "./locate.ts";
import { checkVersion, type VersionRange } from "./supported-versions.ts";
import { readCodexVersion } from "./version.ts";

/** A Codex that was found, asked for its version and accepted. */
export interface InstalledCodex {
  readonly location: CodexLocation;
  readonly version: string;
  readonly range: VersionRange;
  readonly warnings: readonly string[];
}

/** Finds the Codex to use. Throws `codex_not_installed` or `codex_unsupported`. */
export async function findInstalledCodex(
  search: SearchRequest,
  options: { readonly stateRoot: string; readonly allowUnsupported: boolean },
): Promise<InstalledCodex> {
  const location = await findCodex(search);
  const version = await readCodexVersion(location, {
    cacheFolder: join(options.stateRoot, "cache"),
    environment: search.environment,
  });
  const { range, warnings } = checkVersion({ version, path: location.path }, options.allowUnsupported);
  return { location, version, range, warnings: [...location.remarks, ...warnings] };
}
