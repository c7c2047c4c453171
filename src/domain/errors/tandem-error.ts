import { ExitCode } from "../exit-code.ts";
import { knownWord } from "../known-words.ts";
import { codexErrors } from "./codex.ts";
import { endingErrors } from "./endings.ts";
import type { ErrorEntry, Repair } from "./entry.ts";
import { preconditionErrors } from "./preconditions.ts";
import { runErrors } from "./run.ts";

/** Every kind of error that a person, a script or a model can meet. `docs/errors.md` is made from it. */
export const errorCatalogue = { ...preconditionErrors, ...codexErrors, ...runErrors, ...endingErrors };

export type ErrorKind = keyof typeof errorCatalogue;

/** The fields from which an error of this kind composes its text. */
export type ErrorDetails<Kind extends ErrorKind> =
  (typeof errorCatalogue)[Kind] extends ErrorEntry<infer Details extends object> ? Details : never;

/** An error as it is stored and sent: `error` of the envelope. */
export interface ErrorReport {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly repair: Repair;
  readonly details?: Readonly<Record<string, unknown>>;
}

interface ErrorExtras {
  readonly retryAfterMs?: number;
  /** Replaces the catalogue's repair where the place that fails knows a better one. */
  readonly repair?: Repair;
  readonly cause?: unknown;
}

/** Builds the report of one error from its fields. */
export function reportError<Kind extends ErrorKind>(
  kind: Kind,
  details: ErrorDetails<Kind>,
  extras: ErrorExtras = {},
): ErrorReport {
  // The catalogue maps each kind to an entry of exactly these details; TypeScript cannot follow that through the index.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const entry = errorCatalogue[kind] as unknown as ErrorEntry<ErrorDetails<Kind>>;
  return {
    kind,
    message: entry.message(details),
    retryable: entry.retryable,
    ...(extras.retryAfterMs === undefined ? {} : { retryAfterMs: extras.retryAfterMs }),
    repair: extras.repair ?? entry.repair(details),
    details: Object.fromEntries(Object.entries(details)),
  };
}

/** The exit code that a kind of error ends a command with; of a kind that only a later version knows, that of a run that failed. */
export function exitCodeOf(kind: ErrorKind): ExitCode {
  return knownWord(errorCatalogue, kind)?.exitCode ?? ExitCode.runFailed;
}

/** The only error that is thrown on purpose: a report that travels by `throw`. */
export class TandemError<Kind extends ErrorKind = ErrorKind> extends Error {
  override readonly name = "TandemError";
  readonly report: ErrorReport;

  constructor(kind: Kind, details: ErrorDetails<Kind>, extras: ErrorExtras = {}) {
    const report = reportError(kind, details, extras);
    super(report.message, extras.cause === undefined ? {} : { cause: extras.cause });
    this.report = report;
  }

  /** By name: parts of the program that are files of their own each have a class of this kind. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "TandemError" && "report" in value;
  }
}

/** The report of anything that was thrown; what we did not throw on purpose is `internal`. */
export function toErrorReport(thrown: unknown): ErrorReport {
  if (thrown instanceof TandemError) return thrown.report;
  return reportError("internal", { cause: messageOf(thrown) });
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
