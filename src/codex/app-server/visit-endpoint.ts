import type { EndpointChoice } from "../../domain/run.ts";
import { checkVersion, type VersionRange } from "../supported-versions.ts";
import type { AppServer, AppServerIdentity } from "./app-server.ts";
import { connectEndpoint, reached, refuseMissingFolder } from "./connect-endpoint.ts";
import { readEndpoint } from "./endpoint.ts";
import type { LinkTiming } from "./websocket-transport.ts";

/** A Codex elsewhere that answered and was accepted. */
export interface VisitedCodex {
  /** Its address, without secrets. */
  readonly name: string;
  /** Absent when it does not tell. */
  readonly version?: string;
  readonly range: VersionRange;
  readonly warnings: readonly string[];
}

export interface EndpointVisit {
  readonly platform: NodeJS.Platform;
  readonly identity: AppServerIdentity;
  readonly allowUnsupported: boolean;
  /** Folder of the run (absolute), which must be there too. */
  readonly folder?: string;
  readonly deadlineMs?: number;
  readonly timing?: LinkTiming;
}

/**
 * Looks whether a run could start on an app-server elsewhere: it answers, takes the token, is of a supported version and has the
 * folder. Spends nothing. Throws `usage`, `network_unreachable`, `codex_unsupported` or `contract_changed`.
 */
export async function visitEndpoint(choice: EndpointChoice, visit: EndpointVisit): Promise<VisitedCodex> {
  const endpoint = readEndpoint(choice, visit.platform);
  const server = await connectEndpoint(endpoint, { ...visit, onEvent: () => undefined });
  try {
    const { name } = endpoint;
    const version = versionOf(server);
    const { folder, allowUnsupported } = visit;
    if (folder !== undefined) {
      await reached(endpoint, async () => refuseMissingFolder(server, folder, endpoint));
    }
    if (version !== undefined) {
      return { name, version, ...checkVersion({ version, path: name }, allowUnsupported) };
    }
    const warning = `The app-server at ${name} does not tell its version; it was not checked.`;
    return { name, range: "unknown", warnings: [warning] };
  } finally {
    await server.close();
  }
}

/** Codex 0.169 answers `initialize` with our own name, a slash and its version. */
function versionOf({ userAgent }: AppServer): string | undefined {
  return /^[^/]*\/(\d+\.\d+\.\d+\S*)/.exec(userAgent)?.[1];
}
