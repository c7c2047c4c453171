import { TandemError } from "../../domain/errors/tandem-error.ts";
import type { RunEvent } from "../../domain/events.ts";
import { AppServer, type AppServerIdentity } from "./app-server.ts";
import { type Endpoint, stayHere } from "./endpoint.ts";
import { openLink } from "./open-link.ts";
import { ConnectionError, RemoteError } from "./peer.ts";
import { unreachable } from "./remote-errors.ts";
import type { LinkTiming } from "./websocket-transport.ts";

export interface EndpointConnect {
  readonly identity: AppServerIdentity;
  readonly onEvent: (event: RunEvent) => void;
  /** Time in which a request that costs nothing must be answered, in milliseconds. */
  readonly deadlineMs?: number;
  readonly timing?: LinkTiming;
}

/**
 * Connects to an app-server that somebody else started. Closing the connection leaves the server running. Throws
 * `network_unreachable`, `usage` (a wrong token, a socket of somebody else) or `contract_changed`.
 */
export async function connectEndpoint(
  endpoint: Endpoint,
  { identity, onEvent, deadlineMs, timing }: EndpointConnect,
): Promise<AppServer> {
  const link = await openLink(endpoint, timing);
  try {
    return await AppServer.connect(link, identity, onEvent, {
      endpoint: endpoint.name,
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
    });
  } catch (error) {
    if (error instanceof RemoteError) {
      throw new TandemError("contract_changed", { what: error.message }, { cause: error });
    }
    throw error instanceof ConnectionError ? unreachable(endpoint.name, error.message, error) : error;
  }
}

/** Does something on a link that may break: `network_unreachable` is thrown then. */
export async function reached<Result>(endpoint: Endpoint, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    const lost = error instanceof TandemError ? error.cause : error;
    throw lost instanceof ConnectionError ? unreachable(endpoint.name, lost.message, error) : error;
  }
}

/**
 * Throws `usage` when the endpoint's machine does not have a folder: Codex 0.169 takes one that does not exist without a word, and
 * the model finds nothing in it.
 */
export async function refuseMissingFolder(
  server: AppServer,
  folder: string,
  { name }: Endpoint,
): Promise<void> {
  try {
    const { isDirectory } = await server.request("fs/getMetadata", { path: folder });
    if (isDirectory) return;
  } catch (error) {
    // -32603 is the system's own error there; anything else says nothing of the folder.
    if (!(error instanceof RemoteError)) throw error;
    if (error.code !== -32603) return;
  }
  throw new TandemError("usage", {
    problem: `The app-server at ${name} has no folder ${folder}.`,
    hint: `Its machine must have the files at the same path. ${stayHere}`,
  });
}
