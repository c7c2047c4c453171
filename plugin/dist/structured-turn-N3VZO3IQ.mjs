import {
  runStructuredTurn
} from "./chunk-4DXJCGAD.mjs";
import "./chunk-VVLYK7SI.mjs";
import "./chunk-VO7FAIWE.mjs";
import "./chunk-YSIIG4JU.mjs";
import "./chunk-VWEJZTN3.mjs";
import "./chunk-S3F4CPQ5.mjs";
export {
  runStructuredTurn
};
