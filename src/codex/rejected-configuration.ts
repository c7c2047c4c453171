import { TandemError } from "../domain/errors/tandem-error.ts";

/** The error of a Codex that cannot use the user's own configuration and says why. */
export function rejectedConfiguration(reason: string, cause?: unknown): TandemError {
  return new TandemError(
    "config_rejected",
    {
      key: "Codex's configuration",
      reason: reason.replace(/^failed to read configuration layers: /, ""),
      hint: "Mend what is named there; `codex` itself does not start with it either.",
    },
    { cause },
  );
}
