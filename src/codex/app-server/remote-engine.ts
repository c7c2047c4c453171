import type { CodexEngine, ThreadOptions, ThreadSession } from "../engine.ts";
import { checkModelChoice } from "../model-catalogue.ts";
import { connectEndpoint, type EndpointConnect, reached, refuseMissingFolder } from "./connect-endpoint.ts";
import type { Endpoint } from "./endpoint.ts";
import { refuseElsewhere } from "./refuse-elsewhere.ts";
import { openThread } from "./thread-session.ts";

export interface RemoteStart extends EndpointConnect {
  readonly endpoint: Endpoint;
}

/**
 * The persistent engine on an app-server that somebody else started. Closing it ends the link and the run's threads, never the
 * server. Whoever plans a run looks at the server's version first (`visitEndpoint`). Throws what `connectEndpoint` throws.
 */
export async function startRemoteEngine(start: RemoteStart): Promise<CodexEngine> {
  const { endpoint } = start;
  const server = await connectEndpoint(endpoint, start);
  const sessions = new Set<ThreadSession>();
  return {
    checkModel: async (choice) => reached(endpoint, async () => checkModelChoice(server, choice)),
    openThread: async (options, hooks) => {
      refuseElsewhere(options, endpoint.name);
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

/** Where programs are is that machine's business. */
function withoutPath(environment: ThreadOptions["environment"]): ThreadOptions["environment"] {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => name.toUpperCase() !== "PATH"));
}

function unverified({ name, warnings }: Endpoint): string {
  const facts = [
    `Codex ran at ${name}: its binary, its environment and PATH, the files and git filters there, its execution rules and the end of its processes could not be verified`,
    ...warnings,
  ];
  return `${facts.join("; ")}.`;
}
