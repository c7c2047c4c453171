import {
  ownCodexWorld,
  rehearsalCodexWorld
} from "./chunk-EFXKVE2V.mjs";
import "./chunk-PMBPFWK3.mjs";
import {
  tandemIdentity
} from "./chunk-VSIW6IHQ.mjs";
import "./chunk-X7P3SKCA.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/surfaces/cli/run-in-foreground.ts
async function runInForeground(run, session) {
  const codexWorld = run.request.rehearsal ? await rehearsalCodexWorld(session) : ownCodexWorld(session);
  try {
    return await runIn(codexWorld, run, session);
  } finally {
    await codexWorld.dispose();
  }
}
async function runIn(codexWorld, run, session) {
  const { world, stateRoot, workspace, settings, store, log } = session;
  const { request, route, perform, warnings } = run;
  const [{ findInstalledCodex }, { quietGitVariables }, { startEngine }, { runJob }] = await Promise.all([
    import("./installed-codex-YMFRDFIC.mjs"),
    import("./quiet-git-HTXOHES7.mjs"),
    import("./start-engine-W5CAIYUR.mjs"),
    import("./run-job-HYFLZX3W.mjs")
  ]);
  const allowUnsupported = settings.values.allow_unsupported_codex;
  const [codex, gitVariables] = await Promise.all([
    findInstalledCodex({ ...world, workspace }, { stateRoot, allowUnsupported }),
    quietGitVariables(request.cwd, { ...world, timeoutMs: request.gitTimeoutMs })
  ]);
  const job = await store.create({ request, workspace });
  world.stderr.write(`job ${job.id}
`);
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
      startEngine: async (hooks) => startEngine(route.engine, {
        codex,
        codexWorld: { ...codexWorld, environment: { ...codexWorld.environment, ...gitVariables } },
        session,
        jobFolder: store.foldersOf(job.id).job,
        hooks
      }),
      known: {
        engine: route.engine,
        route: route.reason,
        tandem,
        codex: { version: codex.version, path: codex.location.path },
        warnings: [...warnings, ...codex.warnings]
      }
    });
  } finally {
    watcher.stop();
    log("info", "run ended", { job: job.id });
  }
}
async function watchRun({ world }) {
  const [{ startProgressLine }, { mayUseColour }] = await Promise.all([
    import("./progress-line-BJ5KB3PL.mjs"),
    import("./style-6L2CIPAT.mjs")
  ]);
  const { stderr, environment } = world;
  const colour = mayUseColour({ environment, isTerminal: stderr.isTTY === true });
  const line = startProgressLine({ stream: stderr, colour, terminal: environment["TERM"] ?? "" });
  const controller = new AbortController();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  const cancel = (signal) => {
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
    }
  };
}
export {
  runInForeground
};
