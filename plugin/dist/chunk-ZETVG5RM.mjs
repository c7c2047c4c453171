// src/domain/envelope.ts
var envelopeSchema = "codex-tandem/1";

export {
  envelopeSchema
};
