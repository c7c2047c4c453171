import type { CodexEngine } from "../../codex/engine.ts";
import type { Route } from "../../codex/route.ts";
import type { CommandWish } from "../../codex/sandboxed-command.ts";
import { reportError } from "../../domain/errors/tandem-error.ts";
import type { RunPlan, RunRequest } from "../../domain/run.ts";
import { endWithError } from "../../jobs/end-with-error.ts";
import type { JobClaim } from "../../jobs/job-claim.ts";
import { type EngineHooks, runJob } from "../../jobs/run-job.ts";
import type { JobStore } from "../../jobs/store.ts";
import type { Machine } from "../../settings/paths.ts";
import { type CodexWorld, ownCodexWorld } from "../../setup/codex-world.ts";
import { tandemIdentity } from "../../setup/identity.ts";
import { prepareRun } from "../../tasks/prepare-run.ts";
import type { KnownFilters } from "../../workspace/known-filters.ts";
import { quietGitVariables } from "../../workspace/quiet-git.ts";
import { keepLimits } from "./keep-limits.ts";

/** What an engine is started with. */
export interface EngineStart {
  readonly plan: RunPlan;
  readonly workspace: string;
  /** The environment of Codex itself, as the person who asked would start it. */
  readonly environment: NodeJS.ProcessEnv;
  /** Under these, git runs no filter of the repository. */
  readonly gitVariables: Readonly<Record<string, string>>;
  /** Private folder of the job, for files that Codex has to be given. */
  readonly jobFolder: string;
  readonly hooks: EngineHooks;
  /** Codex has a home of its own, for this run alone. */
  readonly isRehearsal: boolean;
}

/** The process that owns a job, as far as the run sees it. */
export interface RunHost {
  /** The machine as whoever asked sees it: their environment, not that of this process. */
  readonly machine: Machine;
  readonly stateRoot: string;
  readonly store: JobStore;
  /** Aborted when this process is told to end. */
  readonly signal: AbortSignal;
  /** Of this process, for the result. */
  readonly warnings: readonly string[];
  readonly startEngine: (start: EngineStart) => Promise<CodexEngine>;
  /** Of a process that runs more than one job. */
  readonly knownFilters?: KnownFilters;
  /** See `JobOwner`. */
  readonly onEnded?: () => void;
}

/**
 * Does what a claimed job asks for, from its stored request and plan alone, stores the result and gives the claim back. Where it throws,
 * both are left to the caller: a job that is given back without an end counts as lost.
 */
export async function runStoredJob(claim: JobClaim, host: RunHost): Promise<void> {
  const { id } = claim.record;
  const request = await host.store.readRequest(id);
  const plan = await host.store.readPlan(id);
  if (request === undefined || plan === undefined) {
    return endUnreadable(claim, host.store);
  }
  const world = request.rehearsal
    ? await openRehearsal(claim, request, host)
    : { ...ownCodexWorld(host.machine, { ...plan, workspace: claim.record.workspace }), dispose: nothing };
  try {
    await runIn(world, claim, request, plan, host);
  } finally {
    await world.dispose();
  }
}

async function runIn(
  { environment, codexHome }: CodexWorld,
  claim: JobClaim,
  request: RunRequest,
  plan: RunPlan,
  host: RunHost,
): Promise<void> {
  const { machine, stateRoot, store, signal, startEngine, knownFilters, onEnded } = host;
  const { id, workspace } = claim.record;
  const preparing = prepareRun(request, routeOf(plan), { ...machine, signal, codexHome });
  // Awaited by the run; until then a failure must not end the process.
  preparing.catch(() => undefined);
  const gitWorld = { ...machine, timeoutMs: request.gitTimeoutMs };
  const gitVariables = quietGitVariables(request.cwd, gitWorld, knownFilters);
  gitVariables.catch(() => undefined);
  const { engine, route, codex, warnings } = plan;
  await runJob(
    request,
    async (context) => {
      const prepared = await preparing;
      return prepared.immediate ?? prepared.perform(context);
    },
    {
      store,
      claim,
      signal,
      ...(onEnded === undefined ? {} : { onEnded }),
      startEngine: async (hooks) =>
        startEngine({
          plan,
          workspace,
          environment,
          gitVariables: await gitVariables,
          jobFolder: store.foldersOf(id).job,
          // A rehearsal's account is made up, and one elsewhere is not ours.
          hooks: isOwnAccount(request, plan) ? keepLimits(hooks, { ...plan, stateRoot }) : hooks,
          isRehearsal: request.rehearsal,
        }),
      ...(plan.endpoint === undefined
        ? {
            runShell: async (wish: CommandWish) => {
              const { runSandboxed } = await import("../../codex/sandboxed-command.ts");
              const { path, argumentsPrefix } = codex;
              return runSandboxed(
                { path, argumentsPrefix, environment, homes: store.foldersOf(id).job },
                wish,
              );
            },
          }
        : {}),
      known: {
        engine,
        route,
        tandem: tandemIdentity(),
        codex: { version: codex.version, path: codex.path },
        warnings: [...warnings, ...host.warnings],
      },
    },
  );
}

async function openRehearsal(
  { record }: JobClaim,
  { operator }: RunRequest,
  { machine, stateRoot }: RunHost,
) {
  const { openRehearsalWorld } = await import("../../setup/rehearsal-world.ts");
  const needsImages = operator?.contract.tools.require.includes("image_gen") === true;
  return openRehearsalWorld(machine, { stateRoot, workspace: record.workspace, needsImages });
}

/** Files of a job that somebody else changed: nothing is known of what was asked, so nothing is run. */
async function endUnreadable(claim: JobClaim, store: JobStore): Promise<void> {
  const { id } = claim.record;
  const report = reportError(
    "input_unreadable",
    { path: store.foldersOf(id).job, cause: "what the job was asked for is missing or damaged" },
    { repair: { say: "Nothing was started. Ask for it again." } },
  );
  await endWithError(store, claim.record, "failed", report);
  claim.release();
}

function isOwnAccount({ rehearsal }: RunRequest, { endpoint }: RunPlan): boolean {
  return !rehearsal && endpoint === undefined;
}

function routeOf({ engine, route, form }: RunPlan): Route {
  return { engine, reason: route, ...(form === undefined ? {} : { form }) };
}

async function nothing(): Promise<void> {
  // The user's own Codex home stays as it is.
}
