import { createHash } from "node:crypto";
import { envelopeSchema } from "../domain/envelope.ts";
import { errorCatalogue } from "../domain/errors/tandem-error.ts";
import { ExitCode } from "../domain/exit-code.ts";
import { settingKeys } from "../settings/table.ts";

/** Changes when something changes that scripts may rely on: the envelope, the error kinds, the exit codes or the settings. */
export function surfaceFingerprint(): string {
  const kinds = Object.entries(errorCatalogue).map(([kind, { exitCode, retryable }]) => [
    kind,
    exitCode,
    retryable,
  ]);
  const surface = JSON.stringify([envelopeSchema, kinds, ExitCode, settingKeys]);
  return createHash("sha256").update(surface).digest("hex").slice(0, 12);
}
