import { randomUUID } from "node:crypto";
import { messageOf, TandemError } from "../../domain/errors/tandem-error.ts";
import { cleanStart } from "../clean-start.ts";
import type { CommandResult, CommandRun } from "../engine.ts";
import type { AppServer } from "./app-server.ts";

/** What is kept of each stream; more is of no use to a reader. */
const outputCap = 64_000;
/** How much longer than the command the request may take. */
const answerMs = 10_000;

/**
 * Runs a command by `command/exec` (Codex 0.169): in the read-only sandbox, without network, thread and model. Nothing of it is left when
 * this resolves. Throws `protocol`, or `cancelled` when the signal came first.
 */
export async function runByServer(server: AppServer, run: CommandRun): Promise<CommandResult> {
  const { command, cwd, environment, timeoutMs, signal } = run;
  if (signal.aborted) throw new TandemError("cancelled", { by: "on request" });
  const processId = randomUUID();
  const end = () => {
    // One that has ended already cannot be ended: then the answer is on its way.
    server.request("command/exec/terminate", { processId }).catch(() => undefined);
  };
  signal.addEventListener("abort", end, { once: true });
  try {
    const start = cleanStart(environment);
    const running = server.request(
      "command/exec",
      {
        command: [...(start?.prefix ?? []), ...command],
        cwd,
        processId,
        // What cannot be begun clean has them beside Codex's own.
        ...(start === undefined ? { env: environment } : { streamStdin: true }),
        timeoutMs,
        outputBytesCap: outputCap,
        sandboxPolicy: { type: "readOnly", networkAccess: false },
      },
      timeoutMs + answerMs,
    );
    if (start !== undefined) {
      const deltaBase64 = Buffer.from(start.input).toString("base64");
      // What cannot be told does not begin. Where it could not be started either, the other answer says so.
      server.request("command/exec/write", { processId, deltaBase64, closeStdin: true }).catch(end);
    }
    const { exitCode, stdout, stderr } = await running;
    if (signal.aborted) throw new TandemError("cancelled", { by: "on request" });
    return { exitCode, output: [stdout, stderr].filter((text) => text !== "").join("\n") };
  } catch (error) {
    if (error instanceof TandemError) throw error;
    throw new TandemError("protocol", { problem: messageOf(error) }, { cause: error });
  } finally {
    signal.removeEventListener("abort", end);
  }
}
