import {
  surfaceFingerprint
} from "./chunk-CMAAR7WU.mjs";
import {
  tandemIdentity
} from "./chunk-VSIW6IHQ.mjs";
import "./chunk-M6RY2JR5.mjs";
import "./chunk-X7P3SKCA.mjs";
import "./chunk-VFFUZNCE.mjs";
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
