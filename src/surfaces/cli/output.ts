import type { Envelope } from "../../domain/envelope.ts";
import { exitCodeOf } from "../../domain/errors/tandem-error.ts";
import { ExitCode } from "../../domain/exit-code.ts";
import { isAtLeast, type Severity } from "../../domain/finding.ts";
import type { CliWorld } from "./world.ts";

/** Writes an envelope to stdout: as JSON, or as text for people. Loads only the one that is needed. */
export async function printEnvelope(envelope: Envelope, json: boolean, world: CliWorld): Promise<void> {
  const { stdout, environment } = world;
  const isTerminal = stdout.isTTY === true;
  if (json) {
    const { renderJson } = await import("../../report/json.ts");
    await write(stdout, renderJson(envelope, { pretty: isTerminal }));
    return;
  }
  const [{ renderEnvelope }, { mayUseColour }] = await Promise.all([
    import("../../report/text/render-envelope.ts"),
    import("../../report/text/style.ts"),
  ]);
  const colour = mayUseColour({ environment, isTerminal });
  await write(stdout, renderEnvelope(envelope, { columns: isTerminal ? stdout.columns : 80, colour }));
}

/** The exit code that an envelope ends a command with. */
export function exitCodeFor(envelope: Envelope, failOn?: Severity): ExitCode {
  if (envelope.error !== undefined) return exitCodeOf(envelope.error.kind);
  const reached = envelope.findings?.some(
    ({ severity, anchor }) => failOn !== undefined && anchor !== "missing" && isAtLeast(severity, failOn),
  );
  return reached === true ? ExitCode.doneWithConcerns : ExitCode.done;
}

/** Resolves when the text is handed over; a reader that went away (a closed pipe) is not our fault. */
async function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  await new Promise<void>((resolve) => {
    stream.once("error", () => resolve());
    stream.write(text, () => resolve());
  });
}
