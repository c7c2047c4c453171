import { ExitCode } from "../exit-code.ts";
import { entry } from "./entry.ts";

/** How a run can end other than by its own success or failure: limits of time, checks, a person. */
export const endingErrors = {
  timeout: entry<{ afterMs: number }>({
    exitCode: ExitCode.timeLimit,
    retryable: true,
    when: "The run was stopped at its wall clock limit (`timeout`).",
    message: ({ afterMs }) => `The run was stopped after its limit of ${Math.round(afterMs / 1000)} s.`,
    repair: () => ({ say: "Give it more time or ask for less.", command: "tandem … --timeout 60m" }),
  }),
  stalled: entry<{ silentMs: number }>({
    exitCode: ExitCode.timeLimit,
    retryable: true,
    when: "Nothing was heard from Codex for longer than `stall` while no command was running.",
    message: ({ silentMs }) => `Codex was silent for ${Math.round(silentMs / 1000)} s; the run was stopped.`,
    repair: () => ({ say: "Start again; --stall moves the limit." }),
  }),
  verification_failed: entry<{ checks: readonly string[] }>({
    exitCode: ExitCode.doneWithConcerns,
    retryable: true,
    when: "The run ended and a required check of its outcome failed, or what is stored of it is not what its receipt says.",
    message: ({ checks }) => `Failed checks: ${checks.join(", ")}.`,
    repair: () => ({ say: "See the evidence rows of the result." }),
  }),
  cancelled: entry<{ by: string }>({
    exitCode: ExitCode.cancelled,
    retryable: true,
    when: "The run was cancelled by a person or by the host.",
    message: ({ by }) => `Cancelled (${by}).`,
    repair: () => ({ say: "What had arrived is kept in the job." }),
  }),
};
