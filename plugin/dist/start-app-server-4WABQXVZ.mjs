import {
  startAppServer
} from "./chunk-4GDRE6TV.mjs";
import "./chunk-BOPXFQTJ.mjs";
import "./chunk-YSIIG4JU.mjs";
import "./chunk-VWEJZTN3.mjs";
import "./chunk-S3F4CPQ5.mjs";
export {
  startAppServer
};
