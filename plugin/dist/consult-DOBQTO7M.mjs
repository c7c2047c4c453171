import {
  consultCommand
} from "./chunk-N7NL5FCH.mjs";
import "./chunk-2OTZMGZI.mjs";
import "./chunk-BPQJTWGG.mjs";
import "./chunk-57QW2UWD.mjs";
import "./chunk-MDMALCBG.mjs";
import "./chunk-EFXKVE2V.mjs";
import "./chunk-PMBPFWK3.mjs";
import "./chunk-GZK5FSE3.mjs";
import "./chunk-OMTX55A2.mjs";
import "./chunk-VSIW6IHQ.mjs";
import "./chunk-VFJKUZF5.mjs";
import "./chunk-YSIIG4JU.mjs";
import "./chunk-HGYVZI67.mjs";
import "./chunk-6DUTFFKH.mjs";
import "./chunk-M6RY2JR5.mjs";
import "./chunk-X7P3SKCA.mjs";
import "./chunk-VFFUZNCE.mjs";
import "./chunk-ZETVG5RM.mjs";
import "./chunk-VWEJZTN3.mjs";
import "./chunk-VD2U5BDO.mjs";
import "./chunk-S3F4CPQ5.mjs";
export {
  consultCommand
};
