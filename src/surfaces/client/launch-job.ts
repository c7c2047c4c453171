import type { Route } from "../../codex/route.ts";
import type { JobRecord } from "../../domain/job.ts";
import type { RunPlan, RunRequest } from "../../domain/run.ts";
import type { CreatedJob } from "../../jobs/idempotency.ts";
import { codexHomeOf } from "../../setup/codex-world.ts";
import type { ClientSession } from "./client-session.ts";

/** A run that is ready to start. */
export interface Launch {
  readonly request: RunRequest;
  readonly route: Route;
  /** Of settings and state, for the result. */
  readonly warnings: readonly string[];
  /** Called as soon as the job is stored, before anything is spawned. */
  readonly onStored?: (job: JobRecord) => void;
}

/**
 * Stores a run's job and gives it to a background process. Resolves when that process owns it: from then on nothing that
 * happens to this one changes the run. With an idempotency key that was used before it gives the job of that time.
 * Throws what keeps a run from starting; then nothing was spawned, or the job has ended.
 */
export async function launchJob(launch: Launch, session: ClientSession): Promise<CreatedJob> {
  const { request, onStored } = launch;
  const { store, workspace } = session;
  const plan = await planOf(launch, session);
  const created = await store.createOrFind({ request, plan, workspace });
  onStored?.(created.record);
  if (!created.isNew) return created;
  const { handOver } = await import("./hand-over.ts");
  await handOver(created.record, { request, plan }, session);
  return created;
}

async function planOf(
  { request, route, warnings }: Launch,
  { world, stateRoot, workspace, settings }: ClientSession,
): Promise<RunPlan> {
  const { findInstalledCodex } = await import("../../codex/installed-codex.ts");
  const allowUnsupported = settings.values.allow_unsupported_codex;
  // Named one by one: a copy of the world of a command would start its streams.
  const { platform, architecture, home, environment, nodePath } = world;
  const search = { platform, architecture, home, environment, nodePath, workspace };
  const codex = await findInstalledCodex(search, { stateRoot, allowUnsupported });
  const { location, version } = codex;
  return {
    engine: route.engine,
    route: route.reason,
    ...(route.form === undefined ? {} : { form: route.form }),
    codex: { path: location.path, argumentsPrefix: location.argumentsPrefix, version },
    codexHome: codexHomeOf(world),
    usesOpenaiKey: !request.rehearsal && settings.values.use_openai_api_key,
    warnings: [...warnings, ...codex.warnings],
  };
}
