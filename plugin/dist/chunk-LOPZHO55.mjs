import {
  emptyVariable
} from "./chunk-DBKAKVSG.mjs";
import {
  failUnlessDone,
  readGit,
  runGit
} from "./chunk-YSK4ZPGY.mjs";
import {
  splitRecords
} from "./chunk-2QL3U3VP.mjs";
import {
  isWorkTreeRoot
} from "./chunk-GZK5FSE3.mjs";
import {
  escapeInvisible
} from "./chunk-6DUTFFKH.mjs";
import {
  TandemError
} from "./chunk-VWEJZTN3.mjs";

// src/workspace/filters.ts
import { isUtf8 } from "node:buffer";
async function readFilterDrivers(git) {
  const argumentsList = ["config", "-z", "--name-only", "--get-regexp", "^filter\\."];
  const result = await runGit(git, argumentsList);
  if (result.exitCode !== 1) failUnlessDone(git, result);
  const names = splitRecords(result.output).flatMap(driverName);
  return [...new Set(names)];
}
function switchOffFilters(drivers) {
  return drivers.flatMap((driver) => {
    const programs = ["clean", "smudge", "process"].map((variable) => `filter.${driver}.${variable}`);
    const required = `filter.${driver}.required`;
    return driver.includes("=") ? [...programs, required].map((key) => `--config-env=${key}=${emptyVariable}`) : [...programs.map((key) => `${key}=`), `${required}=false`].flatMap((pair) => ["-c", pair]);
  });
}
async function findFilteredFiles(git, drivers, names) {
  const filtered = /* @__PURE__ */ new Map();
  if (drivers.length === 0 || names.length === 0) return filtered;
  const input = Buffer.concat(names.flatMap((name) => [name, Buffer.of(0)]));
  const records = splitRecords(await readGit(git, ["check-attr", "-z", "--stdin", "filter"], input));
  for (let index = 0; index + 2 < records.length; index += 3) {
    const driver = records[index + 2]?.toString("utf8") ?? "";
    if (drivers.includes(driver)) filtered.set(records[index]?.toString("latin1") ?? "", driver);
  }
  return filtered;
}
function driverName(key) {
  const text = key.toString("utf8");
  const first = text.indexOf(".");
  const last = text.lastIndexOf(".");
  if (first === last) return [];
  if (isUtf8(key)) return [text.slice(first + 1, last)];
  const reason = "a git filter whose name is not UTF-8 cannot be switched off";
  throw new TandemError("config_rejected", {
    key: escapeInvisible(text),
    reason,
    source: "git configuration"
  });
}

// src/workspace/find-git.ts
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import path from "node:path";
function findGit(folder, environment, platform) {
  const workTree = outermostWorkTree(folder);
  const delimiter = platform === "win32" ? ";" : ":";
  const entries = (environment["PATH"] ?? environment["Path"] ?? "").split(delimiter);
  const trusted = entries.filter((entry) => path.isAbsolute(entry) && isOutside(entry, workTree));
  const name = platform === "win32" ? "git.exe" : "git";
  const binary = trusted.map((entry) => path.join(entry, name)).find((file) => isProgramOutside(file, workTree));
  if (binary === void 0) {
    const cause = `no ${name} in an absolute PATH folder outside of ${workTree}`;
    throw new TandemError("not_a_git_repo", { folder, cause });
  }
  return { binary, searchPath: trusted.join(delimiter) };
}
function outermostWorkTree(folder) {
  let found = folder;
  for (let current = folder; ; current = path.dirname(current)) {
    const marker = path.join(current, ".git");
    if (isWorkTreeRoot(current)) {
      found = current;
      if (statSync(marker).isDirectory()) return found;
    }
    if (path.dirname(current) === current) return found;
  }
}
function isProgramOutside(file, workTree) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile() && isOutside(realpathSync(file), workTree);
  } catch {
    return false;
  }
}
function isOutside(entry, workTree) {
  return [entry, realPathOr(entry)].every((candidate) => {
    const relative = path.relative(workTree, candidate);
    return relative === ".." || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
  });
}
function realPathOr(entry) {
  try {
    return realpathSync(entry);
  } catch {
    return entry;
  }
}

export {
  readFilterDrivers,
  switchOffFilters,
  findFilteredFiles,
  findGit
};
