import type { BrokerConnection } from "../../broker/broker-client.ts";
import { type ToldEnd, whenTold } from "../../broker/told-end.ts";
import type { Route } from "../../codex/route.ts";
import type { JobRecord } from "../../domain/job.ts";
import type { RunPlan, RunRequest } from "../../domain/run.ts";
import type { CreatedJob } from "../../jobs/idempotency.ts";
import { endpointOf } from "../../settings/endpoint-settings.ts";
import { codexHomeOf, requireNamedCodexHome } from "../../setup/codex-world.ts";
import { codexClientIdentity } from "../../setup/identity.ts";
import type { ClientSession } from "./client-session.ts";
import { namedBroker } from "./named-broker.ts";

/** A run that is ready to start. */
export interface Launch {
  readonly request: RunRequest;
  readonly route: Route;
  /** Of settings and state, for the result. */
  readonly warnings: readonly string[];
  /** Called as soon as the job is stored, before anything is spawned; `isNew` as in `CreatedJob`. */
  readonly onStored?: (job: JobRecord, isNew: boolean) => void;
  /** The broker shall tell the job's end: somebody waits for it. */
  readonly isAwaited?: boolean;
}

/** A job that was started, or found. */
export interface LaunchedJob extends CreatedJob {
  /** Where a broker that was asked to tells its end. */
  readonly end?: ToldEnd;
}

/**
 * Stores a run's job and gives it to a background process. Resolves when that process owns it: from then on nothing that
 * happens to this one changes the run. With an idempotency key that was used before it gives the job of that time.
 * Throws what keeps a run from starting; then nothing was spawned, or the job has ended.
 */
export async function launchJob(launch: Launch, session: ClientSession): Promise<LaunchedJob> {
  const { request, onStored, isAwaited = false } = launch;
  const { store, workspace } = session;
  // A bad value is told before anything is stored.
  namedBroker(session.world);
  const plan = await planOf(launch, session);
  const { getsOwnProcess, handOver } = await import("./hand-over.ts");
  const reached = getsOwnProcess(request, session) ? undefined : reach(plan, session);
  let created: CreatedJob | undefined;
  try {
    created = await store.createOrFind({ request, plan, workspace });
    onStored?.(created.record, created.isNew);
  } finally {
    if (created?.isNew !== true) void reached?.then((broker) => broker?.close());
  }
  if (!created.isNew) return created;
  const run = { request, plan, ...(reached === undefined ? {} : { reached }) };
  const broker = await handOver(created.record, run, session);
  if (broker !== undefined && isAwaited) return { ...created, end: whenTold(broker, created.record.id) };
  broker?.close();
  return created;
}

async function reach(plan: RunPlan, session: ClientSession): Promise<BrokerConnection | undefined> {
  const { reachBroker } = await import("./submit-to-broker.ts");
  return reachBroker(plan, session);
}

async function planOf(launch: Launch, session: ClientSession): Promise<RunPlan> {
  const { request, route } = launch;
  const { world, settings } = session;
  const found = await findCodexFor(request, session);
  return {
    engine: route.engine,
    route: route.reason,
    ...(route.form === undefined ? {} : { form: route.form }),
    codex: found.codex,
    ...(found.endpoint === undefined ? {} : { endpoint: found.endpoint }),
    codexHome: codexHomeOf(world),
    usesOpenaiKey: !request.rehearsal && settings.values.use_openai_api_key,
    warnings: [...launch.warnings, ...found.warnings],
  };
}

/** The Codex of a run, on this machine or elsewhere. A rehearsal is always here, where its scripted model is. */
async function findCodexFor(
  { rehearsal, cwd }: RunRequest,
  { world, stateRoot, workspace, settings }: ClientSession,
): Promise<Pick<RunPlan, "codex" | "endpoint" | "warnings">> {
  const allowUnsupported = settings.values.allow_unsupported_codex;
  const endpoint = rehearsal ? undefined : endpointOf(settings);
  if (endpoint === undefined) {
    const { findInstalledCodex } = await import("../../codex/installed-codex.ts");
    // Named one by one: a copy of the world of a command would start its streams.
    const { platform, architecture, home, environment, nodePath } = world;
    const search = { platform, architecture, home, environment, nodePath, workspace };
    const codex = await findInstalledCodex(search, { stateRoot, allowUnsupported });
    const { location, version, warnings } = codex;
    if (!rehearsal) requireNamedCodexHome(world);
    return { codex: { path: location.path, argumentsPrefix: location.argumentsPrefix, version }, warnings };
  }
  const { visitEndpoint } = await import("../../codex/app-server/visit-endpoint.ts");
  const visited = await visitEndpoint(endpoint, {
    platform: world.platform,
    identity: codexClientIdentity(),
    allowUnsupported,
    folder: cwd,
  });
  const { name, version = "unknown", warnings } = visited;
  return { codex: { path: name, argumentsPrefix: [], version }, endpoint, warnings };
}
