import {
  findInstalledCodex
} from "./chunk-CT47B4JM.mjs";
import "./chunk-PMBPFWK3.mjs";
import "./chunk-VFJKUZF5.mjs";
import "./chunk-6DUTFFKH.mjs";
import "./chunk-X7P3SKCA.mjs";
import "./chunk-VWEJZTN3.mjs";
import "./chunk-S3F4CPQ5.mjs";
export {
  findInstalledCodex
};
