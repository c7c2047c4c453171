// src/surfaces/cli/identity.ts
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
function tandemIdentity() {
  return {
    version: true ? "0.1.0" : "0.0.0-source",
    build: true ? "76f89f742fef" : "source",
    root: dirname(dirname(fileURLToPath(import.meta.url)))
  };
}

export {
  tandemIdentity
};
