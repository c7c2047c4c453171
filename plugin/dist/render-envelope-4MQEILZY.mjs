import {
  renderEnvelope
} from "./chunk-5UFBTHLQ.mjs";
import "./chunk-LECVKPZU.mjs";
import "./chunk-XT4QHU2W.mjs";
import "./chunk-3K3OQXAC.mjs";
import "./chunk-3TNWXDK7.mjs";
import "./chunk-INF2XAWY.mjs";
import "./chunk-VD2U5BDO.mjs";
import "./chunk-SQSA5K2W.mjs";
import "./chunk-S3F4CPQ5.mjs";
export {
  renderEnvelope
};
