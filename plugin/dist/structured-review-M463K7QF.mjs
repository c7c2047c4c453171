import {
  runStructuredReview,
  structuredPrompt
} from "./chunk-2FZQFURP.mjs";
import "./chunk-SD5GOHHL.mjs";
import "./chunk-4DXJCGAD.mjs";
import "./chunk-VVLYK7SI.mjs";
import "./chunk-VO7FAIWE.mjs";
import "./chunk-P6EIU7QD.mjs";
import "./chunk-GNSLXHBD.mjs";
import "./chunk-5L2IJZTZ.mjs";
import "./chunk-K7ZHAQ4L.mjs";
import "./chunk-N6MAVTU2.mjs";
import "./chunk-VFKJMQB4.mjs";
import "./chunk-KFVKFHRT.mjs";
import "./chunk-GTHHJJWD.mjs";
import "./chunk-YSK4ZPGY.mjs";
import "./chunk-2QL3U3VP.mjs";
import "./chunk-YSIIG4JU.mjs";
import "./chunk-6DUTFFKH.mjs";
import "./chunk-VWEJZTN3.mjs";
import "./chunk-VD2U5BDO.mjs";
import "./chunk-S3F4CPQ5.mjs";
export {
  runStructuredReview,
  structuredPrompt
};
