import type { AppServer } from "../../../codex/app-server/app-server.ts";
import { connectEndpoint } from "../../../codex/app-server/connect-endpoint.ts";
import { readEndpoint } from "../../../codex/app-server/endpoint.ts";
import { startAppServer } from "../../../codex/app-server/start-app-server.ts";
import { listStoredThreads, renameStoredThread } from "../../../codex/app-server/stored-threads.ts";
import { findInstalledCodex } from "../../../codex/installed-codex.ts";
import { type Envelope, envelopeSchema } from "../../../domain/envelope.ts";
import { TandemError } from "../../../domain/errors/tandem-error.ts";
import { ExitCode } from "../../../domain/exit-code.ts";
import { endpointOf } from "../../../settings/endpoint-settings.ts";
import { ownCodexWorld } from "../../../setup/codex-world.ts";
import { codexClientIdentity } from "../../../setup/identity.ts";
import { cleanTitle } from "../../../tasks/title.ts";
import { checkedThread } from "../../client/resumed-thread.ts";
import { formatOf, printEnvelope } from "../output.ts";
import type { FormatOptions } from "../run-options.ts";
import { type CliSession, openSession } from "../session.ts";
import type { CliWorld } from "../world.ts";

export interface ThreadsOptions extends FormatOptions {
  readonly all?: boolean;
}

const listed = 30;
/** Our newest jobs, among which those of the listed threads are looked for. */
const searchedJobs = 500;

/** `tandem threads`: the threads that Codex keeps for this folder, with our jobs on them. No model call. */
export async function threadsCommand(options: ThreadsOptions, world: CliWorld): Promise<ExitCode> {
  const session = await openSession(world, world.cwd);
  const { store, workspace } = session;
  const where = options.all === true ? {} : { cwd: workspace };
  const [threads, { records }] = await Promise.all([
    withServer(session, async (server) => listStoredThreads(server, { limit: listed, ...where })),
    store.list(options.all === true ? { limit: searchedJobs } : { workspace, limit: searchedJobs }),
  ]);
  const envelope: Envelope = {
    schema: envelopeSchema,
    ok: true,
    kind: "threads",
    threads: threads.map((thread) => ({
      ...thread,
      jobs: records.filter((record) => record.thread === thread.id).map(({ id }) => id),
    })),
    summary: options.all === true ? "Threads of all folders." : `Threads of ${workspace}.`,
  };
  await printEnvelope(envelope, formatOf(options), world);
  return ExitCode.done;
}

/** `tandem threads rename <thread> <name>`: the user's own lists of threads show the name too. */
export async function renameThreadCommand(
  thread: string,
  name: string,
  options: FormatOptions,
  world: CliWorld,
): Promise<ExitCode> {
  const title = cleanTitle(name);
  if (title === "")
    throw new TandemError("usage", { problem: "The name is empty.", hint: "Give it in quotes." });
  const id = checkedThread(thread);
  const session = await openSession(world, world.cwd);
  await withServer(session, async (server) => renameStoredThread(server, id, title));
  const envelope: Envelope = {
    schema: envelopeSchema,
    ok: true,
    kind: "threads",
    summary: `Thread ${id} is called ${JSON.stringify(title)} now.`,
  };
  await printEnvelope(envelope, formatOf(options), world);
  return ExitCode.done;
}

/** An app-server of this command's own, or the one elsewhere: nothing is run by a model here. */
async function withServer<Result>(
  session: CliSession,
  use: (server: AppServer) => Promise<Result>,
): Promise<Result> {
  const server = await connectServer(session);
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

async function connectServer({ world, stateRoot, workspace, settings }: CliSession): Promise<AppServer> {
  const identity = codexClientIdentity();
  const onEvent = () => undefined;
  const endpoint = endpointOf(settings);
  if (endpoint !== undefined) {
    return connectEndpoint(readEndpoint(endpoint, world.platform), { identity, onEvent });
  }
  const { location } = await findInstalledCodex(
    { ...world, workspace },
    { stateRoot, allowUnsupported: settings.values.allow_unsupported_codex },
  );
  return startAppServer({
    program: { path: location.path, parameters: location.argumentsPrefix },
    environment: ownCodexWorld(world, { workspace, usesOpenaiKey: false }).environment,
    folder: stateRoot,
    identity,
    onEvent,
    identify: () => undefined,
  });
}
