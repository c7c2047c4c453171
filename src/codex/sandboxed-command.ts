import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { cleanStart } from "./clean-start.ts";
import { startGuardian } from "./guardian.ts";
import { startProcessGroup } from "./process-group.ts";

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

/**
 * Runs a command in Codex's own sandbox (`codex sandbox`, 0.169), without a model and without the user's configuration: Codex gets a
 * home of its own. Nothing of the command is left when this resolves, nor when we die meanwhile. Throws the system's error when
 * Codex cannot be started.
 */
export async function runSandboxed(program: SandboxProgram, wish: CommandWish): Promise<CommandEnd> {
  const home = await mkdtemp(join(program.homes, "sandbox-"));
  const limits = {
    sandbox_mode: '"workspace-write"',
    "sandbox_workspace_write.network_access": String(wish.network),
    "sandbox_workspace_write.exclude_slash_tmp": "true",
    "sandbox_workspace_write.exclude_tmpdir_env_var": "true",
    "sandbox_workspace_write.writable_roots": JSON.stringify(wish.writable),
  };
  const settings = Object.entries(limits).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  const start = cleanStart(wish.variables);
  // What cannot be begun clean has them from Codex.
  const inherited = start.length === 0 ? wish.variables : {};
  const guardian = await startGuardian();
  try {
    const group = await startProcessGroup(
      program.path,
      [...program.argumentsPrefix, "sandbox", ...settings, "--", ...start, "/bin/sh", "-c", wish.command],
      {
        cwd: wish.folder,
        env: { ...program.environment, ...inherited, CODEX_HOME: home },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    if (group.child.pid !== undefined) guardian.watch(group.child.pid);
    let output = "";
    for (const stream of [group.child.stdout, group.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        output = (output + text).slice(-outputKept);
      });
    }
    let stopped: string | undefined;
    const stop = (why: string) => {
      stopped ??= why;
      void group.stop(graceMs);
    };
    const timer = setTimeout(() => stop("it took too long"), wish.timeoutMs);
    const onAbort = () => stop("the run was stopped");
    wish.signal.addEventListener("abort", onAbort, { once: true });
    if (wish.signal.aborted) onAbort();
    try {
      const end = await group.ended;
      await group.stop(graceMs);
      return { end: stopped ?? end, output };
    } finally {
      clearTimeout(timer);
      wish.signal.removeEventListener("abort", onAbort);
    }
  } finally {
    await guardian.release();
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  }
}
