import {
  settingKeys
} from "./chunk-M6RY2JR5.mjs";
import {
  envelopeSchema
} from "./chunk-ZETVG5RM.mjs";
import {
  ExitCode,
  errorCatalogue
} from "./chunk-VWEJZTN3.mjs";

// src/setup/surface-fingerprint.ts
import { createHash } from "node:crypto";
function surfaceFingerprint() {
  const kinds = Object.entries(errorCatalogue).map(([kind, { exitCode, retryable }]) => [
    kind,
    exitCode,
    retryable
  ]);
  const surface = JSON.stringify([envelopeSchema, kinds, ExitCode, settingKeys]);
  return createHash("sha256").update(surface).digest("hex").slice(0, 12);
}

export {
  surfaceFingerprint
};
