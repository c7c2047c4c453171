import type { RunEvent } from "../../domain/events.ts";
import type { ProcessIdentity } from "../../domain/job.ts";
import type { AppServer } from "../app-server/app-server.ts";
import type { CodexEngine, ModelChoice, ThreadOptions, ThreadSession } from "../engine.ts";
import type { Pin } from "../pins.ts";
import { checkedThread, execArguments } from "./exec-arguments.ts";
import { planExec } from "./exec-plan.ts";
import { ExecSession } from "./exec-session.ts";
import { warnOfMachineRules } from "./machine-rules.ts";

export interface ExecStart {
  /** The program to start and the parameters that go before ours: the native binary, or Node with Codex's launcher. */
  readonly program: { readonly path: string; readonly parameters: readonly string[] };
  readonly environment: NodeJS.ProcessEnv;
  /** A private folder outside the workspace, for files that Codex has to be given. */
  readonly folder: string;
  readonly onEvent: (event: RunEvent) => void;
  /** Names a started process, for the job's record. */
  readonly identify: (pid: number) => ProcessIdentity | undefined;
  /** Told of each process of Codex, one for each turn. */
  readonly onChild?: (child: ProcessIdentity) => void;
  readonly platform?: NodeJS.Platform;
  /** Replaces the table of pins, to see what a run would be without one of them. */
  readonly pinTable?: readonly Pin[];
}

/** The one-shot engine: a `codex exec` for each turn. Nothing runs between turns. */
export async function startExecEngine(start: ExecStart): Promise<CodexEngine> {
  const sessions = new Set<ThreadSession>();
  return {
    checkModel: async (choice) => checkModel(start, choice),
    openThread: async (options, { emit }) => {
      const session = await openSession(start, options, emit);
      sessions.add(session);
      return session;
    },
    runCommand: async (run) =>
      withServer(start, async (server) => {
        const { runByServer } = await import("../app-server/run-command.ts");
        return runByServer(server, run);
      }),
    close: async () => {
      await Promise.all([...sessions].map(async (session) => session.close()));
    },
  };
}

async function openSession(
  start: ExecStart,
  options: ThreadOptions,
  emit: (event: RunEvent) => void,
): Promise<ThreadSession> {
  const resumed =
    options.resume === undefined ? options : { ...options, resume: checkedThread(options.resume) };
  const plan = await planExec(start, resumed);
  // What cannot be told on a command line is refused now, before anything is prepared for a turn.
  const thread = resumed.resume === undefined ? {} : { resume: resumed.resume };
  execArguments({ ...plan.command, ...thread, images: [], isStrict: true });
  const rules = await warnOfMachineRules(options, plan.codexHome);
  if (rules !== undefined) emit({ type: "warning", source: "codex", message: rules });
  for (const message of plan.notices) {
    emit({ type: "warning", source: "codex configuration", message, isNotable: true });
  }
  if (options.network && options.tier === "read-only") {
    const message = "codex exec gives commands no network in read-only; only web search is on";
    emit({ type: "warning", source: "codex", message });
  }
  return new ExecSession({ start, options: resumed, plan, emit });
}

/** The catalogue is asked of a short-lived app-server, and only when the person chose something. */
async function checkModel(start: ExecStart, choice: ModelChoice): Promise<readonly string[]> {
  if (choice.model === undefined && choice.effort === undefined) return [];
  const { checkModelChoice } = await import("../model-catalogue.ts");
  return withServer(start, async (server) => checkModelChoice(server, choice));
}

/** Asks a short-lived app-server what `codex exec` cannot tell. */
async function withServer<Result>(
  start: ExecStart,
  ask: (server: AppServer) => Promise<Result>,
): Promise<Result> {
  const { startAppServer } = await import("../app-server/start-app-server.ts");
  const server = await startAppServer({
    ...start,
    identity: { name: "codex_tandem", version: "0" },
    onEvent: () => undefined,
  });
  try {
    return await ask(server);
  } finally {
    await server.close();
  }
}
