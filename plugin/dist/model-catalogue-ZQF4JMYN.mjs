import {
  checkModelChoice
} from "./chunk-F7RSWXIR.mjs";
import "./chunk-VWEJZTN3.mjs";
import "./chunk-S3F4CPQ5.mjs";
export {
  checkModelChoice
};
