import {
  mayUseColour,
  paint,
  paintStart,
  proseColumns
} from "./chunk-SQSA5K2W.mjs";
import "./chunk-S3F4CPQ5.mjs";
export {
  mayUseColour,
  paint,
  paintStart,
  proseColumns
};
