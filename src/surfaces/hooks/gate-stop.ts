import { openJobStore } from "../../jobs/store.ts";
import { redact } from "../../privacy/redact.ts";
import { loadSettings } from "../../settings/load.ts";
import { openLog } from "../../settings/log.ts";
import { tandemIdentity } from "../../setup/identity.ts";
import { findWorkTreeRoot } from "../../workspace/work-tree-root.ts";
import { ownEnvironment } from "../client/claude-environment.ts";
import type { ClientSession } from "../client/client-session.ts";
import { judgeStop } from "../client/gate/judge-stop.ts";
import type { HookInput } from "./hook-input.ts";
import type { HookAnswer, HookWorld } from "./hook-world.ts";

export interface GatedStop {
  readonly input: HookInput;
  readonly world: HookWorld;
  readonly stateRoot: string;
  readonly workspace: string;
}

/** Claude Code ends the hook after 300 s without a word to anybody; this is said before. */
const lastWordMs = 280_000;

/** The answer to a stop where the gate is on. */
export async function gateStop({
  input,
  world,
  stateRoot,
  workspace,
}: GatedStop): Promise<HookAnswer | undefined> {
  const session = await openSession({
    world: { ...world, environment: ownEnvironment(world.environment) },
    stateRoot,
    workspace,
  });
  const left = new AbortController();
  // Esc: the review is told to end.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => left.abort());
  const { session: id, prompt, isStopHookActive } = input;
  const stop = {
    session: id,
    isStopHookActive,
    signal: left.signal,
    ...(prompt === undefined ? {} : { prompt }),
  };
  const { reason, notice } = await Promise.race([judgeStop(stop, session), lastWord()]);
  if (reason === undefined && notice === undefined) return undefined;
  return {
    ...(reason === undefined ? {} : { decision: "block", reason }),
    ...(notice === undefined ? {} : { systemMessage: notice }),
  };
}

async function lastWord(): Promise<{ readonly reason?: undefined; readonly notice: string }> {
  return new Promise((resolve) => {
    const notice =
      "Codex's review gate did not come to an end in time, so this stop was not reviewed. Switch the gate off: /codex:gate off here, or `tandem gate off` in this folder.";
    setTimeout(() => resolve({ notice }), lastWordMs).unref();
  });
}

async function openSession({
  world,
  stateRoot,
  workspace,
}: Omit<GatedStop, "input">): Promise<ClientSession> {
  const projectRoot = findWorkTreeRoot(workspace);
  const settings = await loadSettings({
    ...world,
    mode: "lenient",
    ...(projectRoot === undefined ? {} : { projectRoot }),
  });
  const log = openLog(settings.values.log_level, settings.values.log_file, stateRoot);
  const store = openJobStore(stateRoot, {
    reportProblem: (problem) => log("warning", problem.problem, problem),
    tandem: tandemIdentity(),
    redact,
  });
  return { world, stateRoot, workspace, settings, store, log };
}
