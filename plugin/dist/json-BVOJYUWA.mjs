import {
  printJson,
  renderJson
} from "./chunk-5IX4SXJX.mjs";
import "./chunk-S3F4CPQ5.mjs";
export {
  printJson,
  renderJson
};
