import type { Route } from "../../codex/route.ts";
import type { Envelope } from "../../domain/envelope.ts";
import type { RunEvent } from "../../domain/events.ts";
import type { RunRequest } from "../../domain/run.ts";
import type { Perform } from "../../jobs/run-job.ts";
import { type CodexWorld, ownCodexWorld, rehearsalCodexWorld } from "./codex-world.ts";
import { tandemIdentity } from "./identity.ts";
import type { CliSession } from "./session.ts";

/** A run that is ready to start. */
export interface ForegroundRun {
  readonly request: RunRequest;
  readonly route: Route;
  readonly perform: Perform;
  /** Of settings and state, for the result. */
  readonly warnings: readonly string[];
}

/** Runs a request in this process: record first, then Codex. Its first line on stderr is the job's id. */
export async function runInForeground(run: ForegroundRun, session: CliSession): Promise<Envelope> {
  const codexWorld = run.request.rehearsal ? await rehearsalCodexWorld(session) : ownCodexWorld(session);
  try {
    return await runIn(codexWorld, run, session);
  } finally {
    await codexWorld.dispose();
  }
}

async function runIn(codexWorld: CodexWorld, run: ForegroundRun, session: CliSession): Promise<Envelope> {
  const { world, stateRoot, workspace, settings, store, log } = session;
  const { request, route, perform, warnings } = run;
  const [{ findInstalledCodex }, { quietGitVariables }, { startEngine }, { runJob }] = await Promise.all([
    import("../../codex/installed-codex.ts"),
    import("../../workspace/quiet-git.ts"),
    import("./start-engine.ts"),
    import("../../jobs/run-job.ts"),
  ]);
  const allowUnsupported = settings.values.allow_unsupported_codex;
  const [codex, gitVariables] = await Promise.all([
    findInstalledCodex({ ...world, workspace }, { stateRoot, allowUnsupported }),
    quietGitVariables(request.cwd, { ...world, timeoutMs: request.gitTimeoutMs }),
  ]);
  const job = await store.create({ request, workspace });
  world.stderr.write(`job ${job.id}\n`);
  const tandem = tandemIdentity();
  const watcher = await watchRun(session);
  try {
    return await runJob(job.id, request, perform, {
      store,
      signal: watcher.signal,
      onEvent: (event) => {
        watcher.report(event);
        log("debug", event.type, event);
      },
      startEngine: async (hooks) =>
        startEngine(route.engine, {
          codex,
          codexWorld: { ...codexWorld, environment: { ...codexWorld.environment, ...gitVariables } },
          session,
          jobFolder: store.foldersOf(job.id).job,
          hooks,
        }),
      known: {
        engine: route.engine,
        route: route.reason,
        tandem,
        codex: { version: codex.version, path: codex.location.path },
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
