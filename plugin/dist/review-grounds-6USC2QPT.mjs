import {
  emptyReview,
  hasChanged,
  treeEvidence,
  turnEvidence
} from "./chunk-N6MAVTU2.mjs";
import "./chunk-VFKJMQB4.mjs";
import "./chunk-YSK4ZPGY.mjs";
import "./chunk-2QL3U3VP.mjs";
import "./chunk-6DUTFFKH.mjs";
import "./chunk-VWEJZTN3.mjs";
import "./chunk-S3F4CPQ5.mjs";
export {
  emptyReview,
  hasChanged,
  treeEvidence,
  turnEvidence
};
