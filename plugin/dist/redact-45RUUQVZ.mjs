import {
  mostRounds,
  redact,
  redactWithMarks
} from "./chunk-GTHHJJWD.mjs";
import "./chunk-S3F4CPQ5.mjs";
export {
  mostRounds,
  redact,
  redactWithMarks
};
