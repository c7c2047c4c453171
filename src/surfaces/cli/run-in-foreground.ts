import type { Envelope } from "../../domain/envelope.ts";
import type { RunEvent } from "../../domain/events.ts";
import type { RunRequest } from "../../domain/run.ts";
import type { Perform } from "../../jobs/run-job.ts";
import { type CodexWorld, ownCodexWorld, rehearsalCodexWorld } from "./codex-world.ts";
import { tandemIdentity } from "./identity.ts";
import type { CliSession } from "./session.ts";

/** The route of every run until there is a second engine. */
export const appServerRoute = "app-server: rounds, interrupts and Codex's own reviewer need it";

/** Runs a request in this process: record first, then Codex. Its first line on stderr is the job's id. */
export async function runInForeground(
  request: RunRequest,
  perform: Perform,
  session: CliSession,
  warnings: readonly string[],
): Promise<Envelope> {
  const codexWorld = request.rehearsal ? await rehearsalCodexWorld(session) : ownCodexWorld(session);
  try {
    return await runIn(codexWorld, request, perform, session, warnings);
  } finally {
    await codexWorld.dispose();
  }
}

async function runIn(
  codexWorld: CodexWorld,
  request: RunRequest,
  perform: Perform,
  session: CliSession,
  warnings: readonly string[],
): Promise<Envelope> {
  const { world, stateRoot, workspace, settings, store, log } = session;
  const [
    { findInstalledCodex },
    { startAppServerEngine },
    { runJob },
    { identifyProcess },
    { systemProcessReader },
  ] = await Promise.all([
    import("../../codex/installed-codex.ts"),
    import("../../codex/app-server/app-server-engine.ts"),
    import("../../jobs/run-job.ts"),
    import("../../jobs/process-identity.ts"),
    import("../../jobs/process-reader.ts"),
  ]);
  const allowUnsupported = settings.values.allow_unsupported_codex;
  const codex = await findInstalledCodex({ ...world, workspace }, { stateRoot, allowUnsupported });
  const job = await store.create({ request, workspace });
  world.stderr.write(`job ${job.id}\n`);
  const { location } = codex;
  const tandem = tandemIdentity();
  const reader = systemProcessReader(world.platform);
  const watcher = await watchRun(session);
  try {
    return await runJob(job.id, request, perform, {
      store,
      signal: watcher.signal,
      onEvent: (event) => {
        watcher.report(event);
        log("debug", event.type, event);
      },
      startEngine: async (onEvent) =>
        startAppServerEngine({
          program: { path: location.path, parameters: location.argumentsPrefix },
          environment: codexWorld.environment,
          folder: stateRoot,
          identity: { name: "codex_tandem", version: tandem.version },
          identify: (pid) => identifyProcess(pid, reader),
          onEvent,
        }),
      known: {
        engine: "app-server",
        route: appServerRoute,
        tandem,
        codex: { version: codex.version, path: location.path },
        warnings: [...warnings, ...codex.warnings],
      },
    });
  } finally {
    watcher.stop();
    log("info", "run ended", { job: job.id });
  }
}

interface RunWatcher {
  /** Aborted by the first signal of the terminal or the host. */
  readonly signal: AbortSignal;
  readonly report: (event: RunEvent) => void;
  readonly stop: () => void;
}

/** Shows a live line on a terminal and turns signals into a cancel. The second signal ends the process at once. */
async function watchRun({ world }: CliSession): Promise<RunWatcher> {
  const [{ startProgressLine }, { mayUseColour }] = await Promise.all([
    import("../../report/progress/progress-line.ts"),
    import("../../report/text/style.ts"),
  ]);
  const { stderr, environment } = world;
  const colour = mayUseColour({ environment, isTerminal: stderr.isTTY === true });
  const line = startProgressLine({ stream: stderr, colour, terminal: environment["TERM"] ?? "" });
  const controller = new AbortController();
  const signals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
  const cancel = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      for (const each of signals) process.removeListener(each, cancel);
      process.kill(process.pid, signal);
      return;
    }
    line.setPhase("cancelling");
    controller.abort();
  };
  for (const signal of signals) process.on(signal, cancel);
  return {
    signal: controller.signal,
    report: (event) => line.report(event),
    stop: () => {
      line.stop();
      for (const signal of signals) process.removeListener(signal, cancel);
    },
  };
}
