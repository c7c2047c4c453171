import { type Envelope, envelopeSchema } from "../../domain/envelope.ts";
import { type ErrorReport, exitCodeOf } from "../../domain/errors/tandem-error.ts";
import { ExitCode } from "../../domain/exit-code.ts";
import { isAtLeast, type Severity } from "../../domain/finding.ts";
import { isUnjudged } from "../../domain/verdict.ts";
import type { OutputFormat } from "../../report/formats/format-names.ts";
import { printPlain, styleOf, write } from "./print-plain.ts";
import type { CliWorld } from "./world.ts";

/** The format that the options of a command ask for; `--json` is short for one of them. */
export function formatOf({
  json,
  format,
}: {
  readonly json?: boolean;
  readonly format?: OutputFormat;
}): OutputFormat {
  return json === true ? "json" : (format ?? "text");
}

/** Writes an envelope to stdout in the asked format. */
export async function printEnvelope(
  envelope: Envelope,
  format: OutputFormat,
  world: CliWorld,
): Promise<void> {
  if (format === "text" || format === "json") {
    await printPlain(envelope, format, world);
    return;
  }
  const { stdout, environment } = world;
  const { renderAs } = await import("../../report/formats/render-as.ts");
  const pretty = stdout.isTTY === true;
  const style = { ...styleOf(world), pretty, ...(await repositoryOf(format, environment)) };
  await write(stdout, await renderAs(format, envelope, style));
}

/** Only SARIF names the repository. */
async function repositoryOf(format: OutputFormat, environment: CliWorld["environment"]) {
  if (format !== "sarif") return {};
  const { ciRepositoryUri } = await import("../../report/formats/ci-repository.ts");
  const repositoryUri = ciRepositoryUri(environment);
  return repositoryUri === undefined ? {} : { repositoryUri };
}

/** Prints an error as the one thing that a command has to say: text on stderr, or another format on stdout. Gives its exit code. */
export async function printError(
  error: ErrorReport,
  format: OutputFormat,
  world: CliWorld,
): Promise<ExitCode> {
  const envelope: Envelope = { schema: envelopeSchema, ok: false, kind: "error", error };
  await printEnvelope(envelope, format, format === "text" ? { ...world, stdout: world.stderr } : world);
  return exitCodeFor(envelope);
}

/** The exit code that an envelope ends a command with. Who wants findings to fail does not take a review without a judgement for one without findings. */
export function exitCodeFor(envelope: Envelope, failOn?: Severity): ExitCode {
  if (envelope.error !== undefined) return exitCodeOf(envelope.error.kind);
  if (hasFailedCheck(envelope)) return ExitCode.doneWithConcerns;
  if (failOn === undefined) return ExitCode.done;
  const reached = envelope.findings?.some(
    ({ severity, anchor }) => anchor !== "missing" && isAtLeast(severity, failOn),
  );
  return reached === true || isUnjudged(envelope) ? ExitCode.doneWithConcerns : ExitCode.done;
}

/** What failed before Codex began is nothing that its work could have broken. */
function hasFailedCheck({ kind, evidence = [] }: Envelope): boolean {
  return (
    kind === "delegate" &&
    evidence.some(({ check, status }) => status === "failed" && check.startsWith("after: "))
  );
}
