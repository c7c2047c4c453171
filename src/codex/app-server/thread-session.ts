import { TandemError } from "../../domain/errors/tandem-error.ts";
import type { RunEvent, ThreadFacts } from "../../domain/events.ts";
import { describeAllowRules, findAllowRules } from "../allow-rules.ts";
import type { ThreadHooks, ThreadOptions, ThreadSession } from "../engine.ts";
import type { Pin } from "../pins.ts";
import { requireWorkingFolder } from "../working-folder.ts";
import type { AppServer } from "./app-server.ts";
import { AppServerThread } from "./app-server-thread.ts";
import { ConnectionError, RemoteError } from "./peer.ts";
import { cannotResume, planThread, startThread, type ThreadPlan } from "./thread-start.ts";
import type { LeaveThread } from "./threads-in-use.ts";

/**
 * Opens a new thread. Throws `TandemError` when it cannot be had as asked; then nothing was spent. Where nobody can be asked Codex
 * does not ask either, whatever the options say; where the options say never, nobody is. `pinTable` replaces the table of pins, to see what a run would be
 * without one of them.
 */
export async function openThread(
  server: AppServer,
  wished: ThreadOptions,
  wishedHooks: ThreadHooks,
  pinTable?: readonly Pin[],
): Promise<ThreadSession> {
  const asks = wished.approvals === "ask" && wishedHooks.ask !== undefined;
  const options: ThreadOptions = { ...wished, approvals: asks ? "ask" : "never" };
  const { emit } = wishedHooks;
  const hooks: ThreadHooks = asks ? wishedHooks : { emit };
  try {
    await requireWorkingFolder(options.cwd);
    const plan = await planThread(server, options, pinTable);
    const { facts, leave } = await startAlone(server, plan, options.resume);
    const session = new AppServerThread({ server, options, pins: plan.pins, facts, hooks, leave });
    try {
      await session.confirm();
      emit({ type: "thread_started", ...session.facts });
      for (const message of plan.notices) emit(notice(message));
      await warnOfRules(server, options, emit);
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  } catch (error) {
    throw failedOpening(error);
  }
}

/** Starts or resumes a thread as its only user. Throws as `startThread`, and `usage` for a thread that another run of ours uses. */
async function startAlone(
  server: AppServer,
  plan: ThreadPlan,
  resume: string | undefined,
): Promise<{ readonly facts: ThreadFacts; readonly leave: LeaveThread }> {
  const taken = resume === undefined ? undefined : await takeThread(server, resume);
  try {
    const facts = await startThread(server, plan, resume);
    return { facts, leave: taken ?? (await takeThread(server, facts.thread)) };
  } catch (error) {
    taken?.(Promise.resolve());
    throw error;
  }
}

async function takeThread({ threadsInUse }: AppServer, thread: string): Promise<LeaveThread> {
  const leave = await threadsInUse.take(thread);
  if (leave === undefined) throw cannotResume(thread, "another run is using it");
  return leave;
}

/** This engine cannot leave the user's execution rules out, so what they allow is said. */
async function warnOfRules(
  server: AppServer,
  { tier, cwd, untrusted }: ThreadOptions,
  emit: ThreadHooks["emit"],
): Promise<void> {
  // Of an app-server elsewhere the rules are out of reach.
  if (tier === "danger-full-access" || server.endpoint !== undefined) return;
  const message = describeAllowRules(await findAllowRules({ codexHome: server.codexHome, cwd, untrusted }));
  if (message !== undefined) emit({ type: "warning", source: "execution rules", message, isNotable: true });
}

function notice(message: string): RunEvent {
  return { type: "warning", source: "codex configuration", message, isNotable: true };
}

function failedOpening(error: unknown): unknown {
  if (error instanceof ConnectionError || error instanceof RemoteError) {
    return new TandemError("protocol", { problem: error.message }, { cause: error });
  }
  return error;
}
