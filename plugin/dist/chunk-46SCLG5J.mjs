import {
  isConfigTable,
  refuseProtected
} from "./chunk-SB5TUT2S.mjs";
import {
  TandemError,
  messageOf
} from "./chunk-VWEJZTN3.mjs";

// src/codex/profile.ts
import { readFile } from "node:fs/promises";
import { join } from "node:path";
async function readProfile(codexHome, name) {
  if (!/^[A-Za-z0-9_-]+$/.test(name)) {
    throw new TandemError("usage", { problem: `${JSON.stringify(name)} is not a profile's name.` });
  }
  const path = join(codexHome, `${name}.config.toml`);
  let table;
  try {
    const { parse } = await import("./dist-KL34CB7D.mjs");
    table = parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new TandemError("input_unreadable", { path, cause: messageOf(error) });
  }
  if (!isConfigTable(table)) {
    throw new TandemError("input_unreadable", { path, cause: "it holds values that cannot be sent (dates)" });
  }
  refuseProtected(table, path);
  return table;
}

export {
  readProfile
};
