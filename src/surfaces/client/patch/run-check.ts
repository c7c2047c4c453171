import { spawn } from "node:child_process";
import type { Evidence } from "../../../domain/envelope.ts";

const outputKept = 4_000;

/**
 * Runs a command of the person in a folder, by their shell and with their rights. What it prints goes to stderr as it comes; the end of
 * it is kept for the evidence.
 */
export async function runCheck(command: string, folder: string): Promise<Evidence> {
  const child = spawn(command, { cwd: folder, shell: true, stdio: ["ignore", "pipe", "pipe"] });
  let tail = "";
  const keep = (chunk: Buffer) => {
    tail = (tail + chunk.toString("utf8")).slice(-outputKept);
    process.stderr.write(chunk);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const ended = await new Promise<string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => resolve(code === 0 ? "" : `it ended with ${signal ?? code}`));
  });
  const check = `${command} (with the patch)`;
  if (ended === "") return { check, status: "passed", detail: "exit code 0" };
  const last = tail.trim().split("\n").slice(-5).join(" / ");
  return { check, status: "failed", detail: last === "" ? ended : `${ended}: ${last}` };
}
