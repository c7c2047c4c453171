import {
  parseOverrides,
  refuseProtected
} from "./chunk-SB5TUT2S.mjs";
import "./chunk-SDP3S42Q.mjs";
import "./chunk-YSIIG4JU.mjs";
import "./chunk-VWEJZTN3.mjs";
import "./chunk-S3F4CPQ5.mjs";
export {
  parseOverrides,
  refuseProtected
};
