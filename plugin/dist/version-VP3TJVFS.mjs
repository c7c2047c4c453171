import {
  surfaceFingerprint
} from "./chunk-YTPD4M24.mjs";
import {
  tandemIdentity
} from "./chunk-EETWLNSH.mjs";
import "./chunk-TAGTXD5V.mjs";
import "./chunk-VFFUZNCE.mjs";
import "./chunk-X7P3SKCA.mjs";
import {
  envelopeSchema
} from "./chunk-ZETVG5RM.mjs";
import "./chunk-VWEJZTN3.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/surfaces/cli/commands/version.ts
function versionEnvelope() {
  return {
    schema: envelopeSchema,
    ok: true,
    kind: "version",
    version: { tandem: tandemIdentity(), surface: surfaceFingerprint() }
  };
}
export {
  versionEnvelope
};
