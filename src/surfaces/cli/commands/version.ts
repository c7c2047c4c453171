import { type Envelope, envelopeSchema } from "../../../domain/envelope.ts";
import { tandemIdentity } from "../../../setup/identity.ts";
import { surfaceFingerprint } from "../../../setup/surface-fingerprint.ts";

/** `tandem --version --json`: which build this is, and a fingerprint of what callers rely on. */
export function versionEnvelope(): Envelope {
  return {
    schema: envelopeSchema,
    ok: true,
    kind: "version",
    version: { tandem: tandemIdentity(), surface: surfaceFingerprint() },
  };
}
