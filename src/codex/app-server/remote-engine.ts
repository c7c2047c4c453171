import { TandemError } from "../../domain/errors/tandem-error.ts";
import type { RunEvent } from "../../domain/events.ts";
import type { CodexEngine, ThreadOptions, ThreadSession } from "../engine.ts";
import { checkModelChoice } from "../model-catalogue.ts";
import { checkVersion } from "../supported-versions.ts";
import { AppServer, type AppServerIdentity } from "./app-server.ts";
import { type Endpoint, endpointVariable } from "./endpoint.ts";
import { openLink } from "./open-link.ts";
import { ConnectionError, RemoteError } from "./peer.ts";
import { unreachable } from "./remote-errors.ts";
import { openThread } from "./thread-session.ts";
import type { LinkTiming } from "./websocket-transport.ts";

export interface RemoteStart {
  readonly endpoint: Endpoint;
  readonly identity: AppServerIdentity;
  readonly onEvent: (event: RunEvent) => void;
  /** Runs a Codex outside of the supported versions as well. */
  readonly allowUnsupported: boolean;
  readonly deadlineMs?: number;
  readonly timing?: LinkTiming;
}

/**
 * The persistent engine on an app-server that somebody else started. Closing it ends the link and the run's threads, never the
 * server. Throws `network_unreachable`, `usage` (a wrong token), `codex_unsupported` or `contract_changed`.
 */
export async function startRemoteEngine(start: RemoteStart): Promise<CodexEngine> {
  const { endpoint, allowUnsupported, onEvent } = start;
  const server = await connectTo(start);
  try {
    for (const message of versionWarnings(server.userAgent, endpoint, allowUnsupported)) {
      onEvent({ type: "warning", source: "codex", message, isNotable: true });
    }
  } catch (error) {
    await server.close();
    throw error;
  }
  const sessions = new Set<ThreadSession>();
  return {
    checkModel: async (choice) => reached(endpoint, async () => checkModelChoice(server, choice)),
    openThread: async (options, hooks) => {
      refuseUnverifiable(options, endpoint);
      const session = await reached(endpoint, async () => {
        await refuseMissingFolder(server, options.cwd, endpoint);
        return openThread(server, { ...options, environment: withoutPath(options.environment) }, hooks);
      });
      sessions.add(session);
      hooks.emit({ type: "warning", source: "endpoint", message: unverified(endpoint), isNotable: true });
      return session;
    },
    close: async () => {
      await Promise.all([...sessions].map(async (session) => session.close()));
      await server.close();
    },
  };
}

async function connectTo({
  endpoint,
  identity,
  onEvent,
  deadlineMs,
  timing,
}: RemoteStart): Promise<AppServer> {
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

/** What follows is asked for on a link that may break. */
async function reached<Result>(endpoint: Endpoint, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    const lost = error instanceof TandemError ? error.cause : error;
    throw lost instanceof ConnectionError ? unreachable(endpoint.name, lost.message, error) : error;
  }
}

/** Codex 0.169 answers `initialize` with our own name, a slash and its version. */
function versionWarnings(
  userAgent: string,
  { name }: Endpoint,
  allowUnsupported: boolean,
): readonly string[] {
  const version = /^[^/]*\/(\d+\.\d+\.\d+\S*)/.exec(userAgent)?.[1];
  if (version !== undefined) return checkVersion({ version, path: name }, allowUnsupported).warnings;
  return [`The app-server at ${name} does not tell its version; it was not checked.`];
}

/** Everything that such a run would need is beyond what we can see or end. */
function refuseUnverifiable(options: ThreadOptions, { name }: Endpoint): void {
  const wish =
    options.tier === "read-only"
      ? options.approvals === "ask"
        ? "ask for approvals: an accepted command runs outside of the sandbox"
        : options.profile === undefined
          ? undefined
          : "use a profile: its file would have to be read there"
      : "write: neither its sandbox's surroundings nor the end of its processes can be verified there";
  if (wish === undefined) return;
  throw new TandemError("usage", {
    problem: `A run on the app-server at ${name} (${endpointVariable}) cannot ${wish}.`,
    hint: `Unset ${endpointVariable} for this run, or leave the option out.`,
  });
}

/** Codex 0.169 takes a folder that does not exist without a word, and the model finds nothing in it. */
async function refuseMissingFolder(server: AppServer, folder: string, { name }: Endpoint): Promise<void> {
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
    hint: `Its machine must have the files at the same path. Unset ${endpointVariable} to run Codex here.`,
  });
}

/** Where programs are is that machine's business. */
function withoutPath(environment: ThreadOptions["environment"]): ThreadOptions["environment"] {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => name.toUpperCase() !== "PATH"));
}

function unverified({ name, warnings }: Endpoint): string {
  const facts = [
    `Codex ran at ${name}: its binary, its environment and PATH, the git filters that it runs, its execution rules and the end of its processes could not be verified`,
    ...warnings,
  ];
  return `${facts.join("; ")}.`;
}
