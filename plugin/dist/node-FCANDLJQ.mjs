import {
  SecretLintProfiler,
  secretLintProfiler
} from "./chunk-5JOI5PYJ.mjs";
import "./chunk-S3F4CPQ5.mjs";
export {
  SecretLintProfiler,
  secretLintProfiler
};
