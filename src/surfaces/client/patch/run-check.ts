import { spawn } from "node:child_process";
import type { Evidence } from "../../../domain/envelope.ts";

const outputKept = 4_000;

/** By these the check ends, and we go on to take the patch back. */
const interrupts = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How long a check may take to end when it is told to, in ms. */
const graceMs = 2_000;

/**
 * Runs a command that the person typed in a folder, by their shell and with their rights: no setting and no file of a repository names
 * one. What it prints goes to stderr as it comes; the end of it is kept for the evidence.
 */
export async function runCheck(command: string, folder: string): Promise<Evidence> {
  // A group of its own: a shell may go on with its next command after Ctrl-C.
  const isGroup = process.platform !== "win32";
  const child = spawn(command, {
    cwd: folder,
    shell: true,
    detached: isGroup,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const end = (signal: NodeJS.Signals) => {
    try {
      if (isGroup && child.pid !== undefined) process.kill(-child.pid, signal);
      else child.kill(signal);
    } catch {
      // It has ended by itself.
    }
  };
  let interrupted: NodeJS.Signals | undefined;
  let timer: NodeJS.Timeout | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    interrupted = signal;
    end(signal);
    timer ??= setTimeout(() => end("SIGKILL"), graceMs);
  };
  for (const signal of interrupts) process.on(signal, onSignal);
  let tail = "";
  const keep = (chunk: Buffer) => {
    tail = (tail + chunk.toString("utf8")).slice(-outputKept);
    process.stderr.write(chunk);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const ended = await new Promise<string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    // Not its pipes' end: what it left running may hold them open after an interrupt.
    child.on("exit", (code, signal) => {
      if (interrupted !== undefined) resolve(`it was interrupted by ${interrupted}`);
      else child.on("close", () => resolve(code === 0 ? "" : `it ended with ${signal ?? code}`));
    });
  });
  for (const signal of interrupts) process.off(signal, onSignal);
  clearTimeout(timer);
  if (interrupted !== undefined) end("SIGKILL");
  child.stdout.destroy();
  child.stderr.destroy();
  const check = `${command} (with the patch)`;
  if (ended === "") return { check, status: "passed", detail: "exit code 0" };
  const last = tail.trim().split("\n").slice(-5).join(" / ");
  return { check, status: "failed", detail: last === "" ? ended : `${ended}: ${last}` };
}
