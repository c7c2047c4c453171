import {
  readGit
} from "./chunk-YSK4ZPGY.mjs";
import {
  splitRecords
} from "./chunk-2QL3U3VP.mjs";

// src/workspace/fingerprint.ts
import { createHash } from "node:crypto";
import { lstat, readlink } from "node:fs/promises";

// src/workspace/read-files.ts
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
function worktreePath(root, name) {
  return Buffer.concat([Buffer.from(root + path.sep), name]);
}
async function readSmallFile(file, maxBytes) {
  const handle = await open(
    file,
    constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  );
  try {
    const facts = await handle.stat();
    if (!facts.isFile() || facts.size > maxBytes) return void 0;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(facts.size + 1), 0, facts.size + 1, 0);
    return bytesRead > maxBytes ? void 0 : buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
async function mapLimited(items, map) {
  const results = [];
  let next = 0;
  const work = async () => {
    for (let index = next; index < items.length; index = next) {
      next += 1;
      const item = items[index];
      if (item !== void 0) results[index] = await map(item);
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  return results;
}

// src/workspace/status.ts
async function readStatus(repository, untracked, pathspecs = []) {
  const argumentsList = [
    "status",
    "--porcelain=v2",
    "-z",
    "--branch",
    "--no-ahead-behind",
    "--no-renames",
    "--ignore-submodules=dirty",
    `--untracked-files=${untracked}`,
    "--",
    ...pathspecs
  ];
  const records = splitRecords(await readGit(repository.git, argumentsList));
  const head = records.filter((record) => /^# branch\.(oid|head) /.test(record.toString("latin1", 0, 14)));
  const entries = records.filter((record) => record[0] !== hash).map(readEntry);
  return { head, entries };
}
var hash = "#".charCodeAt(0);
var space = " ".charCodeAt(0);
var fieldCounts = /* @__PURE__ */ new Map([
  ["1", 8],
  ["u", 10],
  ["?", 1]
]);
function readEntry(record) {
  const kind = String.fromCharCode(record[0] ?? 0);
  let start = 0;
  for (let fields = fieldCounts.get(kind) ?? 0; fields > 0; fields -= 1)
    start = record.indexOf(space, start) + 1;
  const [index, worktree] = record.toString("latin1", 2, 4);
  return {
    record,
    name: record.subarray(start),
    isContentOnly: kind === "1" && index === "." && worktree === "M",
    isWorktreeChange: kind !== "1" || worktree !== "."
  };
}

// src/workspace/fingerprint.ts
var contentFileLimit = 500;
var contentByteLimit = 256 * 1024;
async function fingerprintTree(repository) {
  const { head, entries } = await readStatus(repository, "all");
  const changed = entries.filter((entry) => entry.isWorktreeChange);
  const readsContent = changed.length <= contentFileLimit;
  const files = await mapLimited(
    changed,
    async (entry) => describeFile(repository.root, entry, readsContent)
  );
  const fingerprint = createHash("sha256");
  for (const part of [...head, ...entries.map((entry) => entry.record), ...files]) {
    fingerprint.update(`${part.length}:`).update(part);
  }
  return fingerprint.digest("hex");
}
async function describeFile(root, entry, readsContent) {
  const file = worktreePath(root, entry.name);
  try {
    const facts = await lstat(file, { bigint: true });
    if (facts.isDirectory()) return "folder";
    if (facts.isSymbolicLink())
      return `link ${(await readlink(file, { encoding: "buffer" })).toString("latin1")}`;
    const content = readsContent ? await readSmallFile(file, contentByteLimit) : void 0;
    const state = content === void 0 ? `${facts.size} ${facts.mtimeNs} ${facts.ctimeNs} ${facts.ino}` : hash2(content);
    return `${facts.mode} ${state}`;
  } catch (thrown) {
    return String(thrown instanceof Error && "code" in thrown ? thrown.code : thrown);
  }
}
function hash2(content) {
  return createHash("sha256").update(content).digest("hex");
}

export {
  worktreePath,
  readSmallFile,
  mapLimited,
  readStatus,
  fingerprintTree
};
