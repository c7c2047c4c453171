/**
 * What the process exit code says. One constant for every command; scripts and CI may rely on it.
 * A new meaning needs a new major version of the envelope schema.
 */
export const ExitCode = {
  /** The command did what was asked. */
  done: 0,
  /** It did, but findings reached `--fail-on`, or a required check failed. */
  doneWithConcerns: 1,
  /** A precondition failed; nothing was started and nothing was spent. */
  precondition: 2,
  /** Codex cannot be used here: missing, too old, not logged in, or its sandbox cannot start. */
  codexUnusable: 3,
  /** The run was started and failed. */
  runFailed: 4,
  /** A limit of time ended the run. */
  timeLimit: 5,
  /** The waiting budget is over; the job goes on. */
  stillRunning: 6,
  /** The run was cancelled. */
  cancelled: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
