import {
  TomlDate,
  TomlError,
  dist_default,
  parse,
  stringify
} from "./chunk-B234565M.mjs";
import "./chunk-S3F4CPQ5.mjs";
export {
  TomlDate,
  TomlError,
  dist_default as default,
  parse,
  stringify
};
