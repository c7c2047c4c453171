import {
  reviewCommand
} from "./chunk-T4BWCAAQ.mjs";
import "./chunk-5CBVCWVT.mjs";
import "./chunk-57QW2UWD.mjs";
import "./chunk-YIFHSGWN.mjs";
import "./chunk-EFXKVE2V.mjs";
import "./chunk-PMBPFWK3.mjs";
import "./chunk-GZK5FSE3.mjs";
import "./chunk-OMTX55A2.mjs";
import "./chunk-EETWLNSH.mjs";
import "./chunk-VFJKUZF5.mjs";
import "./chunk-YSIIG4JU.mjs";
import "./chunk-KP6LK3I3.mjs";
import "./chunk-6DUTFFKH.mjs";
import "./chunk-TAGTXD5V.mjs";
import "./chunk-VFFUZNCE.mjs";
import "./chunk-X7P3SKCA.mjs";
import "./chunk-ZETVG5RM.mjs";
import "./chunk-VWEJZTN3.mjs";
import "./chunk-VD2U5BDO.mjs";
import "./chunk-S3F4CPQ5.mjs";
export {
  reviewCommand
};
