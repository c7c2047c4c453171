import { createHash } from "node:crypto";
import { envelopeSchema } from "../domain/envelope.ts";
import { errorCatalogue } from "../domain/errors/tandem-error.ts";
import { ExitCode } from "../domain/exit-code.ts";
import { settingKeys } from "../settings/table.ts";

declare const __TANDEM_SURFACE__: string;

/** The fingerprint of the surface; the bundler has worked it out already. */
export function surfaceFingerprint(): string {
  return typeof __TANDEM_SURFACE__ === "string" ? __TANDEM_SURFACE__ : computeSurface();
}

/** Changes when something changes that scripts may rely on: the envelope, the error kinds, the exit codes or the settings. */
export function computeSurface(): string {
  const kinds = Object.entries(errorCatalogue).map(([kind, { exitCode, retryable }]) => [
    kind,
    exitCode,
    retryable,
  ]);
  const surface = JSON.stringify([envelopeSchema, kinds, ExitCode, settingKeys]);
  return createHash("sha256").update(surface).digest("hex").slice(0, 12);
}
