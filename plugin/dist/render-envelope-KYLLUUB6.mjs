import {
  renderEnvelope
} from "./chunk-X7LZXYDG.mjs";
import "./chunk-LECVKPZU.mjs";
import "./chunk-XT4QHU2W.mjs";
import "./chunk-U3FIPDUY.mjs";
import "./chunk-75UZRWA5.mjs";
import "./chunk-VD2U5BDO.mjs";
import "./chunk-SQSA5K2W.mjs";
import "./chunk-S3F4CPQ5.mjs";
export {
  renderEnvelope
};
