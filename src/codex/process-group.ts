import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** A child process with all that it starts. */
export interface ProcessGroup {
  readonly child: ChildProcess;
  /** Resolves when the child has ended, with its exit code or signal in words. Never rejects. */
  readonly ended: Promise<string>;
  /** The child was seen to end; another process may have its pid by then. */
  hasEnded(): boolean;
  /** Asks the whole group to end, then forces it after the grace. Resolves when the child is gone. */
  stop(graceMs: number): Promise<void>;
}

/**
 * Starts a program as leader of its own process group, so that one signal reaches it and its children.
 * Rejects with the system's error when the program cannot be started.
 */
export async function startProcessGroup(
  path: string,
  parameters: readonly string[],
  options: Pick<SpawnOptions, "cwd" | "env" | "stdio">,
  platform: NodeJS.Platform = process.platform,
): Promise<ProcessGroup> {
  const child = spawn(path, parameters, {
    ...options,
    detached: platform !== "win32",
    windowsHide: true,
    shell: false,
  });
  const ended = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
    child.once("error", (error) => resolve(error.message));
  });
  // `once` rejects when "error" comes first, which is how a failed start is told.
  await once(child, "spawn");
  return {
    child,
    ended,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    stop: (graceMs) => stopGroup(child, ended, graceMs, platform),
  };
}

async function stopGroup(
  child: ChildProcess,
  ended: Promise<string>,
  graceMs: number,
  platform: NodeJS.Platform,
): Promise<void> {
  signalGroup(child, "SIGTERM", platform);
  const timer = setTimeout(() => signalGroup(child, "SIGKILL", platform), graceMs);
  try {
    await ended;
  } finally {
    clearTimeout(timer);
  }
  // A member of the group may outlive its leader.
  signalGroup(child, "SIGKILL", platform);
}

function signalGroup(child: ChildProcess, signal: "SIGTERM" | "SIGKILL", platform: NodeJS.Platform): void {
  if (child.pid === undefined) return;
  if (platform === "win32") {
    if (child.exitCode === null) endTreeOnWindows(child.pid);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ESRCH: nothing of the group is left, which is what was wanted.
  }
}

/** Windows has no process groups; its own tool ends a tree. The absolute path keeps a planted `taskkill` out. */
function endTreeOnWindows(pid: number): void {
  const tool = join(process.env["SystemRoot"] ?? "C:\\Windows", "System32", "taskkill.exe");
  spawn(tool, ["/pid", String(pid), "/T", "/F"], { stdio: "ignore", windowsHide: true }).once("error", () => {
    // The tool is part of every Windows; without it the child's own end is awaited.
  });
}
