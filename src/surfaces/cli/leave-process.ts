import type { ExitCode } from "../../domain/exit-code.ts";

/**
 * Ends a command that began a run: nothing of that is left here that could be waited for, and Node would take its memory apart piece by
 * piece first. What a reader has not taken yet would be lost, so then the process ends by itself; Windows does not say what that is.
 */
export function leaveProcess(code: ExitCode): void {
  process.exitCode = code;
  const { platform, stdout, stderr } = process;
  if (platform !== "win32" && stdout.writableLength === 0 && stderr.writableLength === 0) process.exit();
}
