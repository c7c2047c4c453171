import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { type CleanStart, cleanStart } from "./clean-start.ts";
import { type FamilyMark, newFamilyMark } from "./family-mark.ts";
import { FamilyWatch } from "./family-watch.ts";
import { type Guardian, startGuardian } from "./guardian.ts";
import { type ProcessGroup, startProcessGroup } from "./process-group.ts";

/** A command for a shell that may write in a few folders only. Paths are absolute. */
export interface CommandWish {
  readonly command: string;
  readonly folder: string;
  /** Folders beside `folder` that it may write. */
  readonly writable: readonly string[];
  readonly network: boolean;
  /** All that it gets, beside a usual PATH. */
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** How a command ended: `exit code 0`, or what else. `output` is the end of what it printed, both streams in one. */
export interface CommandEnd {
  readonly end: string;
  readonly output: string;
}

interface SandboxProgram {
  readonly path: string;
  readonly argumentsPrefix: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Where a throwaway home of Codex may lie; absolute, not in a temp folder. */
  readonly homes: string;
}

const outputKept = 8_000;
const graceMs = 2_000;
/** How long something that is no longer ours may hold the pipes open after the end, in ms. */
const drainMs = 1_000;

/**
 * Runs a command in Codex's own sandbox (`codex sandbox`, 0.169), without a model and without the user's configuration: Codex gets a
 * home of its own. Nothing of the command is left when this resolves, nor when we die meanwhile. Throws the system's error when
 * Codex cannot be started.
 */
export async function runSandboxed(program: SandboxProgram, wish: CommandWish): Promise<CommandEnd> {
  const home = await mkdtemp(join(program.homes, "sandbox-"));
  const guardian = await startGuardian();
  try {
    const mark = newFamilyMark();
    const start = cleanStart(wish.variables);
    const group = await startSandbox(program, { ...wish, start }, { ...mark, CODEX_HOME: home });
    return await followSandbox(group, { mark, guardian, wish, input: start?.input ?? "" });
  } finally {
    await guardian.release();
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function startSandbox(
  program: SandboxProgram,
  { start, ...wish }: CommandWish & { readonly start: CleanStart | undefined },
  own: NodeJS.ProcessEnv,
): Promise<ProcessGroup> {
  const limits = {
    sandbox_mode: '"workspace-write"',
    "sandbox_workspace_write.network_access": String(wish.network),
    "sandbox_workspace_write.exclude_slash_tmp": "true",
    "sandbox_workspace_write.exclude_tmpdir_env_var": "true",
    "sandbox_workspace_write.writable_roots": JSON.stringify(wish.writable),
  };
  const settings = Object.entries(limits).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  // What cannot be begun clean has them from Codex.
  const inherited = start === undefined ? wish.variables : {};
  const words = [...(start?.prefix ?? []), "/bin/sh", "-c", wish.command];
  return startProcessGroup(
    program.path,
    [...program.argumentsPrefix, "sandbox", ...settings, "--", ...words],
    {
      cwd: wish.folder,
      env: { ...program.environment, ...inherited, ...own },
      stdio: ["pipe", "pipe", "pipe"],
    },
  );
}

interface Watch {
  readonly mark: FamilyMark;
  readonly guardian: Guardian;
  readonly wish: CommandWish;
  /** Without it the command does not begin: were we to die before the guardian knows whom to end, nothing would have been begun. */
  readonly input: string;
}

/** Lets the command begin and follows it to its end, after which nothing of it is left. */
async function followSandbox(
  group: ProcessGroup,
  { mark, guardian, wish, input }: Watch,
): Promise<CommandEnd> {
  const { pid, stdin, stdout, stderr } = group.child;
  if (pid === undefined || stdin === null || stdout === null || stderr === null) {
    await group.stop(0);
    throw new Error("it has no pipes");
  }
  guardian.watch(pid, mark);
  // A command that ends before it was told is told by its end.
  stdin.on("error", () => undefined).end(input);
  let output = "";
  const outputs = [stdout, stderr].map(async (stream) => {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-outputKept);
    });
    await finished(stream).catch(() => undefined); // What was read by then counts.
  });
  const family = new FamilyWatch({ pid, mark, hasEnded: () => group.hasEnded() });
  let stopped: string | undefined;
  const stopSince = (why: string) => {
    stopped ??= why;
    // What it has started shows whose it is only while it lives.
    void family.note().then(async () => group.stop(graceMs));
  };
  const timer = setTimeout(() => stopSince("it took too long"), wish.timeoutMs);
  const onAbort = () => stopSince("the run was stopped");
  wish.signal.addEventListener("abort", onAbort, { once: true });
  if (wish.signal.aborted) onAbort();
  try {
    const end = await group.ended;
    await group.stop(graceMs);
    await family.end();
    await Promise.race([Promise.all(outputs), delay(drainMs, undefined, { ref: false })]);
    return { end: stopped ?? end, output };
  } finally {
    clearTimeout(timer);
    wish.signal.removeEventListener("abort", onAbort);
  }
}
