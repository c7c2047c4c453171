import {
  errorCodeOf,
  identifyProcess,
  isMissing,
  isUnwritable,
  livenessOf,
  systemProcessReader,
  toStateError
} from "./chunk-M5EEDASH.mjs";
import {
  mayEndAs,
  statusOfResult,
  summarizeJob,
  withoutActivity
} from "./chunk-YQV2S2ZE.mjs";
import {
  makeFolder
} from "./chunk-VFJKUZF5.mjs";
import {
  isRecord,
  parseJson
} from "./chunk-YSIIG4JU.mjs";
import {
  isReviewKind
} from "./chunk-VFFUZNCE.mjs";
import {
  envelopeSchema
} from "./chunk-ZETVG5RM.mjs";
import {
  TandemError,
  reportError
} from "./chunk-VWEJZTN3.mjs";
import {
  isJobId,
  isTerminal,
  jobStatuses,
  matchingJobIds,
  mayBecome,
  newJobId
} from "./chunk-XT4QHU2W.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/jobs/store.ts
import { join as join18 } from "node:path";

// src/jobs/cancel-request.ts
import { join as join3 } from "node:path";

// src/jobs/json-shape.ts
function hasStrings(value, names) {
  return names.every((name) => typeof value[name] === "string");
}
function hasOptionalStrings(value, names) {
  return names.every((name) => value[name] === void 0 || typeof value[name] === "string");
}
function isTime(value) {
  return typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value);
}

// src/jobs/private-files.ts
import { randomBytes } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { open, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

// src/jobs/private-folders.ts
import { chmodSync, lstatSync, mkdirSync, statSync } from "node:fs";
function ensurePrivateFolder(path) {
  try {
    makeFolder(path);
  } catch (thrown) {
    throw toStateError(thrown, path);
  }
  checkPrivateFolder(path);
}
function createPrivateFolder(path) {
  try {
    mkdirSync(path, { mode: 448 });
    return true;
  } catch (thrown) {
    if (errorCodeOf(thrown) === "EEXIST") return false;
    throw toStateError(thrown, path);
  }
}
function checkPrivateFolder(path) {
  const stats = statsOf(path, lstatSync);
  if (stats === void 0) return;
  refuseIf(untrustedFolder(stats), path);
  if (process.platform !== "win32" && (stats.mode & 63) !== 0) closeToOthers(path);
}
function checkStateRoot(path) {
  const stats = statsOf(path, statSync);
  if (stats !== void 0) refuseIf(untrustedFolder(stats), path);
}
function untrustedFolder(stats) {
  if (!stats.isDirectory()) return "it is not a folder";
  return foreignAccess(stats);
}
function foreignAccess(stats) {
  const user = process.geteuid?.();
  if (user === void 0) return void 0;
  if (stats.uid !== user) return `it belongs to user ${stats.uid}, not to user ${user}`;
  if ((stats.mode & 18) !== 0) return `others may write to it (mode ${(stats.mode & 511).toString(8)})`;
  return void 0;
}
function statsOf(path, read) {
  try {
    return read(path);
  } catch (thrown) {
    if (isMissing(thrown)) return void 0;
    throw toStateError(thrown, path);
  }
}
function refuseIf(problem, path) {
  if (problem !== void 0) throw new TandemError("state_unwritable", { folder: path, cause: problem });
}
function closeToOthers(path) {
  try {
    chmodSync(path, 448);
  } catch (thrown) {
    throw toStateError(thrown, path);
  }
}

// src/jobs/private-files.ts
async function writePrivateFile(path, content, { durable = true } = {}) {
  const folder = dirname(path);
  const temporary = temporaryPath(path);
  try {
    await writeNewFile(temporary, content, durable);
    await rename(temporary, path);
    if (durable) await syncFolder(folder);
  } catch (thrown) {
    await unlink(temporary).catch(() => void 0);
    throw toStateError(thrown, folder);
  }
}
function readPrivateFile(path, maxBytes) {
  const opened = openPrivateFile(path);
  if (opened.found !== "file") return opened;
  const { descriptor, stats } = opened;
  try {
    if (stats.size > maxBytes) {
      return { found: "refused", problem: `it has ${stats.size} bytes; the limit is ${maxBytes}` };
    }
    return { found: "file", bytes: readExactly(descriptor, stats.size), stats };
  } catch (thrown) {
    return { found: "refused", problem: `it cannot be read (${errorCodeOf(thrown) ?? "unknown"})` };
  } finally {
    closeSync(descriptor);
  }
}
function openPrivateFile(path) {
  let descriptor;
  try {
    descriptor = openSync(path, readFlags);
  } catch (thrown) {
    if (isMissing(thrown)) return { found: "nothing" };
    const code = errorCodeOf(thrown) ?? "unknown";
    return { found: "refused", problem: code === "ELOOP" ? "it is a link" : `it cannot be opened (${code})` };
  }
  const stats = fstatSync(descriptor);
  const problem = stats.isFile() ? foreignAccess(stats) : "it is not a file";
  if (problem === void 0) return { found: "file", descriptor, stats };
  closeSync(descriptor);
  return { found: "refused", problem };
}
function temporaryPath(path) {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
}
var readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
function readExactly(descriptor, size) {
  const bytes = Buffer.alloc(size);
  let filled = 0;
  while (filled < size) {
    const count = readSync(descriptor, bytes, filled, size - filled, filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}
async function writeNewFile(path, content, durable) {
  const handle = await open(path, "wx", 384);
  try {
    await handle.writeFile(content);
    if (durable) await handle.sync();
  } finally {
    await handle.close();
  }
}
async function syncFolder(folder) {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } catch (thrown) {
    if (errorCodeOf(thrown) !== "EINVAL" && errorCodeOf(thrown) !== "ENOTSUP") throw thrown;
  } finally {
    await handle.close();
  }
}

// src/jobs/state-paths.ts
import { createHash } from "node:crypto";
import { join as join2 } from "node:path";
function statePaths(root) {
  return {
    root,
    jobs: join2(root, "jobs"),
    active: join2(root, "active"),
    workspaces: join2(root, "workspaces"),
    locks: join2(root, "locks")
  };
}
function checkStateFolders(paths) {
  checkStateRoot(paths.root);
  for (const folder of subfolders(paths)) checkPrivateFolder(folder);
}
function ensureStateFolders(paths) {
  checkStateRoot(paths.root);
  for (const folder of subfolders(paths)) ensurePrivateFolder(folder);
}
function jobFolder(paths, id) {
  return join2(paths.jobs, wholeId(id));
}
function activeMarker(paths, id) {
  return join2(paths.active, wholeId(id));
}
function workspaceFolder(paths, workspace) {
  return join2(paths.workspaces, hashPath(workspace));
}
function workspaceMarker(paths, workspace, id) {
  return join2(workspaceFolder(paths, workspace), wholeId(id));
}
function hashPath(path) {
  return createHash("sha256").update(path).digest("hex").slice(0, 32);
}
var jobFiles = {
  record: "job.json",
  request: "request.json",
  result: "result.json",
  journal: "events.jsonl",
  /** Events too long for the journal. */
  payloads: "payloads",
  artifacts: "artifacts",
  cancel: "cancel.json",
  ownerLock: "owner.lock",
  recordLock: "record.lock"
};
function subfolders(paths) {
  return [paths.jobs, paths.active, paths.workspaces, paths.locks];
}
function wholeId(id) {
  if (!isJobId(id)) throw new TandemError("internal", { cause: `${JSON.stringify(id)} is not a job id` });
  return id;
}

// src/jobs/cancel-request.ts
async function requestCancel(context, id, by) {
  const present = readCancelRequest(context, id);
  if (present !== void 0) return present;
  const request = { by, at: context.world.now().toISOString() };
  await writePrivateFile(cancelPath(context, id), JSON.stringify(request));
  return request;
}
function readCancelRequest(context, id) {
  const read = readPrivateFile(cancelPath(context, id), 64 * 1024);
  if (read.found !== "file") return void 0;
  const value = parseJson(read.bytes.toString("utf8"));
  return isCancelRequest(value) ? value : void 0;
}
function cancelPath(context, id) {
  return join3(jobFolder(context.paths, id), jobFiles.cancel);
}
function isCancelRequest(value) {
  return isRecord(value) && hasStrings(value, ["by"]) && isTime(value["at"]);
}

// src/jobs/job-changes.ts
import { writeFileSync as writeFileSync2 } from "node:fs";
import { join as join8 } from "node:path";

// src/jobs/job-reading.ts
import { lstatSync as lstatSync2, readdirSync } from "node:fs";
import { join as join7 } from "node:path";

// src/jobs/job-record.ts
function printJobRecord(record2) {
  return `${JSON.stringify(record2, void 0, 2)}
`;
}
function parseJobRecord(text, id) {
  const value = parseJson(text);
  return isJobRecord(value) && value.id === id ? value : void 0;
}
function isProcessIdentity(value) {
  if (!isRecord(value)) return false;
  const { pid } = value;
  if (typeof pid !== "number" || !Number.isSafeInteger(pid) || pid <= 0) return false;
  return hasStrings(value, ["host"]) && hasOptionalStrings(value, ["startTime", "boot", "pidNamespace"]);
}
function isJobRecord(value) {
  if (!isRecord(value) || value["schema"] !== "codex-tandem/job/1") return false;
  return hasStrings(value, ["id", "kind", "title", "workspace"]) && hasOptionalStrings(value, ["engine", "route", "phase", "thread", "turn", "currentCommand", "verdict"]) && jobStatuses.some((status) => status === value["status"]) && isTime(value["createdAt"]) && optionalTimes.every((name) => value[name] === void 0 || isTime(value[name])) && [value["owner"], value["child"]].every((it) => it === void 0 || isProcessIdentity(it)) && (value["tokens"] === void 0 || typeof value["tokens"] === "number") && typeof value["rehearsal"] === "boolean" && isErrorField(value["error"]);
}
var optionalTimes = ["startedAt", "endedAt", "lastEventAt", "readAt"];
function isErrorField(value) {
  return value === void 0 || isRecord(value) && hasStrings(value, ["kind", "message"]);
}

// src/jobs/rebuild-record.ts
import { existsSync } from "node:fs";
import { dirname as dirname5, join as join6 } from "node:path";

// src/jobs/lock-file.ts
import { linkSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname as dirname2 } from "node:path";
function readLock(path) {
  const read = readPrivateFile(path, 64 * 1024);
  if (read.found === "nothing") return void 0;
  if (read.found === "refused") {
    throw new TandemError("state_unwritable", { folder: dirname2(path), cause: `${path}: ${read.problem}` });
  }
  const { stats } = read;
  const holder = parseHolder(read.bytes.toString("utf8"));
  const instance = holder?.token ?? `unreadable-${stats.ino}-${Math.trunc(stats.mtimeMs)}`;
  return { instance, holder, touchedMs: stats.mtimeMs };
}
function writeHolder(path, holder) {
  writeFileSync(path, JSON.stringify(holder), { flag: "wx", mode: 384 });
}
function createExclusively(draft, path, holder) {
  try {
    linkSync(draft, path);
    return true;
  } catch (thrown) {
    const code = errorCodeOf(thrown) ?? "";
    if (code === "EEXIST") return false;
    if (!withoutLinks.has(code)) throw thrown;
    return writeExclusively(path, holder);
  }
}
function removeFile(path) {
  try {
    unlinkSync(path);
  } catch (thrown) {
    if (!isMissing(thrown)) throw thrown;
  }
}
var withoutLinks = /* @__PURE__ */ new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EINVAL"]);
function writeExclusively(path, holder) {
  try {
    writeHolder(path, holder);
    return true;
  } catch (thrown) {
    if (errorCodeOf(thrown) === "EEXIST") return false;
    throw thrown;
  }
}
function parseHolder(text) {
  const value = parseJson(text);
  return isLockHolder(value) ? value : void 0;
}
function isLockHolder(value) {
  if (!isRecord(value) || !isProcessIdentity(value["process"])) return false;
  const { token } = value;
  return typeof token === "string" && /^[0-9a-f-]{36}$/.test(token) && hasOptionalStrings(value, ["job"]);
}

// src/jobs/stored-files.ts
import { join as join5 } from "node:path";

// src/jobs/store-context.ts
import { rename as rename2 } from "node:fs/promises";
import { dirname as dirname4, join as join4 } from "node:path";

// src/jobs/file-lock.ts
import { randomUUID } from "node:crypto";
import { renameSync, utimesSync } from "node:fs";
import { dirname as dirname3 } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

// src/jobs/lock-takeover.ts
function claimTakeover(lockPath, instance, draft, holder, world) {
  const claims = [];
  let claimed = instance;
  for (let depth = 0; depth < longestChain; depth += 1) {
    const path = `${lockPath}.claim-${claimed}`;
    claims.push(path);
    if (createExclusively(draft, path, holder)) return { drop: () => claims.forEach(removeFile) };
    const rival = readLock(path);
    if (rival === void 0 || !isStale(rival, world)) return void 0;
    claimed = rival.instance;
  }
  return void 0;
}
function isStale({ holder, touchedMs: touchedMs2 }, world) {
  const silentMs = world.now().getTime() - touchedMs2;
  if (holder === void 0) return silentMs > unreadableForMs;
  const liveness = livenessOf(holder.process, world.processes);
  if (liveness === "unknown") return silentMs > world.silentAfterMs;
  return liveness === "dead";
}
var longestChain = 16;
var unreadableForMs = 5e3;

// src/jobs/file-lock.ts
function tryLock(path, world, job) {
  const holder = { token: randomUUID(), process: world.self, ...job === void 0 ? {} : { job } };
  const draft = `${path}.${holder.token}.tmp`;
  try {
    writeHolder(draft, holder);
    return attempt(path, draft, holder, world);
  } catch (thrown) {
    throw toStateError(thrown, dirname3(path));
  } finally {
    removeFile(draft);
  }
}
async function acquireLock(path, world, { timeoutMs, signal }) {
  const end = performance.now() + timeoutMs;
  for (; ; ) {
    signal?.throwIfAborted();
    const result = tryLock(path, world);
    if (result.taken) return result.lock;
    if (performance.now() >= end) throw tooLate(path, timeoutMs, result.holder);
    await delay(2 + Math.random() * 13);
  }
}
function attempt(path, draft, holder, world) {
  for (let round = 0; round < 5; round += 1) {
    if (createExclusively(draft, path, holder)) return { taken: true, lock: heldLock(path, holder) };
    const present = readLock(path);
    if (present === void 0) continue;
    if (!isStale(present, world)) return { taken: false, holder: present.holder };
    const claim = claimTakeover(path, present.instance, draft, holder, world);
    if (claim === void 0) return { taken: false, holder: present.holder };
    try {
      if (readLock(path)?.instance !== present.instance) continue;
      renameSync(draft, path);
      return { taken: true, lock: heldLock(path, holder) };
    } finally {
      claim.drop();
    }
  }
  return { taken: false, holder: readLock(path)?.holder };
}
function heldLock(path, holder) {
  const isOurs = () => readLock(path)?.holder?.token === holder.token;
  return {
    path,
    refresh() {
      const now = /* @__PURE__ */ new Date();
      if (isOurs()) utimesSync(path, now, now);
    },
    release() {
      if (isOurs()) removeFile(path);
    }
  };
}
function tooLate(path, timeoutMs, holder) {
  const who = holder === void 0 ? "another process" : `process ${holder.process.pid}`;
  return new TandemError("internal", { cause: `${path} was held by ${who} for more than ${timeoutMs} ms` });
}

// src/jobs/store-context.ts
function describeFinding(finding) {
  const { path, problem, setAsideAs } = finding;
  const end = setAsideAs === void 0 ? "" : `; it was set aside as ${setAsideAs}`;
  return { ...finding, message: `${path}: ${problem}${end}.` };
}
async function withRecordLock(context, id, body) {
  const path = join4(jobFolder(context.paths, id), jobFiles.recordLock);
  const lock = await acquireLock(path, context.world, { timeoutMs: recordLockWaitMs });
  try {
    return await body();
  } finally {
    lock.release();
  }
}
async function setAside(path, now) {
  const time = now.toISOString().replace(/[-:.]/g, "");
  const target = `${path}.corrupt-${time}`;
  try {
    await rename2(path, target);
  } catch (thrown) {
    throw toStateError(thrown, dirname4(path));
  }
  return target;
}
var recordLockWaitMs = 2e4;

// src/jobs/stored-files.ts
async function writeResult(context, id, envelope) {
  const path = join5(jobFolder(context.paths, id), jobFiles.result);
  await writePrivateFile(path, `${JSON.stringify(envelope, void 0, 2)}
`);
}
async function readResult(context, id) {
  return readJobFile(context, id, jobFiles.result, isEnvelope);
}
async function writeRequest(context, id, request) {
  const path = join5(jobFolder(context.paths, id), jobFiles.request);
  await writePrivateFile(path, `${JSON.stringify(request, void 0, 2)}
`);
}
async function readRequest(context, id) {
  return readJobFile(context, id, jobFiles.request, isRunRequest);
}
async function readJobFile(context, id, name, isWhole) {
  const path = join5(jobFolder(context.paths, id), name);
  const read = readPrivateFile(path, largestFile);
  if (read.found === "nothing") return void 0;
  const value = read.found === "file" ? parseJson(read.bytes.toString("utf8")) : void 0;
  if (isWhole(value)) return value;
  const problem = read.found === "refused" ? read.problem : "it is not a whole file of ours";
  const setAsideAs = await setAside(path, context.world.now()).catch(() => void 0);
  context.reportProblem({ job: id, path, problem, ...setAsideAs === void 0 ? {} : { setAsideAs } });
  return void 0;
}
var largestFile = 256 * 1024 * 1024;
function isEnvelope(value) {
  if (!isRecord(value) || value["schema"] !== envelopeSchema) return false;
  return typeof value["ok"] === "boolean" && typeof value["kind"] === "string";
}
function isRunRequest(value) {
  if (!isRecord(value) || !hasStrings(value, ["kind", "title", "cwd", "tier", "isolation"])) return false;
  const lists = [value["files"], value["images"], value["mcpServers"], value["overrides"]];
  return lists.every((list) => Array.isArray(list)) && typeof value["rehearsal"] === "boolean" && typeof value["network"] === "boolean" && isRecord(value["environment"]);
}

// src/jobs/rebuild-record.ts
async function rebuildRecord(context, id, problem) {
  const request = await readRequest(context, id);
  if (request === void 0) return void 0;
  const known = {
    schema: "codex-tandem/job/1",
    id,
    kind: request.kind,
    title: request.title,
    workspace: workspaceOf(context, id, request.cwd),
    createdAt: timeOfId(id),
    rehearsal: request.rehearsal
  };
  const record2 = { ...known, ...await stateOf(context, id, problem) };
  await writePrivateFile(join6(jobFolder(context.paths, id), jobFiles.record), printJobRecord(record2));
  return record2;
}
async function stateOf(context, id, problem) {
  const now = context.world.now().toISOString();
  const result = await readResult(context, id);
  if (result !== void 0) {
    const status = statusOfResult(result);
    const endedAt = result.job?.endedAt ?? now;
    const error = result.error && { kind: result.error.kind, message: result.error.message };
    return { status, endedAt, ...error === void 0 ? {} : { error } };
  }
  const owner = readLock(join6(jobFolder(context.paths, id), jobFiles.ownerLock))?.holder?.process;
  if (owner !== void 0 && livenessOf(owner, context.world.processes) !== "dead") {
    return { status: "running", owner };
  }
  const { kind, message } = reportError("internal", { cause: problem });
  return { status: "failed", endedAt: now, error: { kind, message } };
}
function workspaceOf(context, id, cwd) {
  for (let folder = cwd; ; folder = dirname5(folder)) {
    if (existsSync(workspaceMarker(context.paths, folder, id))) return folder;
    if (folder === dirname5(folder)) return cwd;
  }
}
function timeOfId(id) {
  return id.replace(/^(\d{4})(\d\d)(\d\d)t(\d\d)(\d\d)(\d\d)(\d{3})-.*$/, "$1-$2-$3T$4:$5:$6.$7Z");
}

// src/jobs/job-reading.ts
async function readJob(context, id) {
  const finding = inspectRecord(context, id);
  if (finding.found === "record") return finding.record;
  if (finding.found === "corrupt") return mendRecord(context, id);
  reportLoss(context, id, finding);
  return void 0;
}
function presentRecord(context, id) {
  const finding = inspectRecord(context, id);
  return finding.found === "record" ? finding.record : void 0;
}
function inspectRecord(context, id) {
  const folder = jobFolder(context.paths, id);
  const problem = folderProblem(folder);
  if (problem === "missing") return { found: "nothing" };
  if (problem !== void 0) return { found: "untrusted", problem };
  const read = readPrivateFile(join7(folder, jobFiles.record), largestRecord);
  if (read.found === "nothing") return read;
  if (read.found === "refused") return { found: "corrupt", problem: read.problem };
  const record2 = parseJobRecord(read.bytes.toString("utf8"), id);
  if (record2 === void 0) return { found: "corrupt", problem: "it is not a whole record of this job" };
  return { found: "record", record: record2 };
}
async function mendRecord(context, id) {
  try {
    return await withRecordLock(context, id, async () => {
      const finding = inspectRecord(context, id);
      if (finding.found === "record") return finding.record;
      if (finding.found !== "corrupt") return void 0;
      const path = join7(jobFolder(context.paths, id), jobFiles.record);
      const setAsideAs = await setAside(path, context.world.now());
      context.reportProblem({ job: id, path, problem: finding.problem, setAsideAs });
      return rebuildRecord(context, id, `${jobFiles.record} could not be used: ${finding.problem}`);
    });
  } catch (thrown) {
    if (!isUnwritable(thrown)) throw thrown;
    const path = join7(jobFolder(context.paths, id), jobFiles.record);
    context.reportProblem({ job: id, path, problem: "it cannot be used, and not be set aside either" });
    return void 0;
  }
}
function reportLoss(context, id, finding) {
  const folder = jobFolder(context.paths, id);
  if (finding.found === "untrusted") {
    context.reportProblem({ job: id, path: folder, problem: finding.problem });
    return;
  }
  const aside = namesIn(folder).find((name) => name.startsWith(`${jobFiles.record}.corrupt-`));
  if (aside === void 0) return;
  const problem = "its record could not be used and not be rebuilt";
  context.reportProblem({ job: id, path: folder, problem, setAsideAs: join7(folder, aside) });
}
function folderProblem(folder) {
  try {
    return untrustedFolder(lstatSync2(folder));
  } catch (thrown) {
    return isMissing(thrown) ? "missing" : "it cannot be read";
  }
}
function namesIn(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
var largestRecord = 1024 * 1024;

// src/jobs/job-changes.ts
async function createJob(context, request, workspace) {
  const { paths, world } = context;
  ensureStateFolders(paths);
  ensurePrivateFolder(workspaceFolder(paths, workspace));
  const now = world.now();
  let id = newJobId(now);
  while (!createPrivateFolder(jobFolder(paths, id))) id = newJobId(now);
  await writeRequest(context, id, request);
  writeMarker(activeMarker(paths, id), paths.active);
  writeMarker(workspaceMarker(paths, workspace, id), paths.workspaces);
  const { kind, title, rehearsal } = request;
  const createdAt = now.toISOString();
  const start = { status: "queued", phase: "queued", createdAt, owner: world.self, rehearsal };
  const record2 = { schema: "codex-tandem/job/1", id, kind, title, workspace, ...start };
  await writeRecord(context, record2);
  return record2;
}
async function updateJob(context, id, change) {
  return changeJob(context, id, async (record2) => {
    if (change.status !== void 0 && change.status !== record2.status) {
      if (!mayBecome(record2.status, change.status) || isTerminal(change.status)) {
        throw forbiddenStep(record2, change.status);
      }
    }
    const changed = applyChange(record2, change);
    await writeRecord(
      context,
      changed,
      Object.keys(change).some((field) => !progressFields.has(field))
    );
    return changed;
  });
}
async function finishJob(context, id, end) {
  return changeJob(context, id, async (record2) => {
    await writeResult(context, id, end.envelope);
    return settleJob(context, record2, end.status, end.change ?? {});
  });
}
async function settleJob(context, record2, status, change) {
  if (!mayEndAs(record2.status, status)) throw forbiddenStep(record2, status);
  const endedAt = context.world.now().toISOString();
  const ended = { phase: void 0, currentCommand: void 0, endedAt, ...change, status };
  const changed = applyChange(record2, ended);
  await writeRecord(context, changed);
  removeFile(activeMarker(context.paths, record2.id));
  return changed;
}
async function markJobRead(context, id) {
  if (await readJob(context, id) === void 0) return;
  await withRecordLock(context, id, async () => {
    const record2 = presentRecord(context, id);
    if (record2 === void 0 || !isTerminal(record2.status) || record2.readAt !== void 0) return;
    await writeRecord(context, applyChange(record2, { readAt: context.world.now().toISOString() }), false);
  });
}
async function changeJob(context, id, change) {
  if (await readJob(context, id) === void 0) throw notFound(context, id);
  return withRecordLock(context, id, async () => {
    const record2 = presentRecord(context, id);
    if (record2 === void 0) throw notFound(context, id);
    if (isTerminal(record2.status)) return { record: record2, applied: false };
    return { record: await change(record2), applied: true };
  });
}
var progressFields = /* @__PURE__ */ new Set(["phase", "lastEventAt", "currentCommand", "tokens"]);
async function writeRecord(context, record2, durable = true) {
  const path = join8(jobFolder(context.paths, record2.id), jobFiles.record);
  await writePrivateFile(path, printJobRecord(record2), { durable });
}
function applyChange(record2, change) {
  const changed = parseJobRecord(JSON.stringify({ ...record2, ...change }), record2.id);
  if (changed !== void 0) return changed;
  throw new TandemError("internal", { cause: `a change of job ${record2.id} is not a record` });
}
function writeMarker(path, folder) {
  try {
    writeFileSync2(path, "", { flag: "wx", mode: 384 });
  } catch (thrown) {
    if (errorCodeOf(thrown) !== "EEXIST") throw toStateError(thrown, folder);
  }
}
function forbiddenStep(record2, status) {
  return new TandemError("internal", {
    cause: `job ${record2.id} cannot go from ${record2.status} to ${status}`
  });
}
function notFound(context, id) {
  return new TandemError("job_not_found", { id, searched: context.paths.jobs });
}

// src/jobs/job-claim.ts
import { join as join9 } from "node:path";

// src/jobs/state-world.ts
var heartbeatMs = 1e4;
function systemWorld() {
  const processes = systemProcessReader();
  let self;
  return {
    now: () => /* @__PURE__ */ new Date(),
    // On first use only: on macOS this starts `ps`.
    get self() {
      self ??= identifyProcess(process.pid, processes) ?? { pid: process.pid, host: processes.host };
      return self;
    },
    processes,
    silentAfterMs: 12 * heartbeatMs
  };
}

// src/jobs/job-claim.ts
async function claimJob(context, id) {
  const found = await readJob(context, id);
  if (found?.status !== "queued") return void 0;
  const path = join9(jobFolder(context.paths, id), jobFiles.ownerLock);
  const attempt2 = tryLock(path, context.world, id);
  if (!attempt2.taken) return void 0;
  const { lock } = attempt2;
  try {
    if (presentRecord(context, id)?.status === "queued") {
      const { record: record2, applied } = await updateJob(context, id, { owner: context.world.self });
      if (applied) return { record: record2, ...keepAlive(lock) };
    }
  } catch (thrown) {
    lock.release();
    throw thrown;
  }
  lock.release();
  return void 0;
}
function keepAlive(lock) {
  const timer = setInterval(() => refreshQuietly(lock), heartbeatMs);
  timer.unref();
  return {
    release() {
      clearInterval(timer);
      lock.release();
    }
  };
}
function refreshQuietly(lock) {
  try {
    lock.refresh();
  } catch {
  }
}

// src/jobs/journal-reader.ts
import { closeSync as closeSync2, readSync as readSync2 } from "node:fs";
import { join as join10 } from "node:path";

// src/jobs/journal-entry.ts
import { createHash as createHash2 } from "node:crypto";
var largestLine = 64 * 1024;
function encodeEntry(event, at, redact) {
  const clean = mapTexts(event, redact);
  const content = JSON.stringify(clean);
  const bytes = Buffer.byteLength(content);
  if (bytes <= largestLine) return { line: printEntry({ at, event: clean }) };
  const sha256 = createHash2("sha256").update(content).digest("hex");
  return {
    line: printEntry({ at, event: shorten(clean), payload: { sha256, bytes } }),
    payload: { name: payloadName(sha256), content }
  };
}
function parseEntry(line) {
  const value = parseJson(line);
  return isEntry(value) ? value : void 0;
}
function parsePayload(content, sha256) {
  if (createHash2("sha256").update(content).digest("hex") !== sha256) return void 0;
  const value = parseJson(content.toString("utf8"));
  return isEvent(value) ? value : void 0;
}
function payloadName(sha256) {
  return `${sha256}.json`;
}
function printEntry(entry) {
  return `${JSON.stringify(entry)}
`;
}
function isEntry(value) {
  if (!isRecord(value) || !isTime(value["at"]) || !isEvent(value["event"])) return false;
  const { payload } = value;
  if (payload === void 0) return true;
  return isRecord(payload) && typeof payload["sha256"] === "string" && /^[0-9a-f]{64}$/.test(payload["sha256"]);
}
function isEvent(value) {
  return isRecord(value) && typeof value["type"] === "string";
}
function shorten(event) {
  const short = mapTexts(event, (text) => text.length > 1e3 ? `${text.slice(0, 1e3)} \u2026` : text);
  if (Buffer.byteLength(JSON.stringify(short)) <= largestLine / 2) return short;
  return { type: "unknown", name: event.type, payload: null };
}
function mapTexts(value, change) {
  const mapped = mapUnknown(value, change);
  return mapped;
}
function mapUnknown(value, change) {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => mapUnknown(item, change));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapUnknown(item, change)]));
}

// src/jobs/journal-reader.ts
function readJournal(folder, { from = 0 } = {}) {
  const opened = openPrivateFile(join10(folder, jobFiles.journal));
  if (opened.found === "nothing") return { ...emptyPart, nextOffset: from };
  if (opened.found === "refused") return { ...emptyPart, nextOffset: from, problem: opened.problem };
  try {
    return collect(opened.descriptor, from);
  } finally {
    closeSync2(opened.descriptor);
  }
}
function wholeEvent(folder, entry) {
  if (entry.payload === void 0) return entry.event;
  const { sha256 } = entry.payload;
  const path = join10(folder, jobFiles.payloads, payloadName(sha256));
  const read = readPrivateFile(path, largestPayload);
  const event = read.found === "file" ? parsePayload(read.bytes, sha256) : void 0;
  return event ?? entry.event;
}
var emptyPart = { entries: [], strays: [], tornBytes: 0, lacksLineEnd: false };
var largestPayload = 256 * 1024 * 1024;
var lineEnd = 10;
function collect(descriptor, from) {
  const entries = [];
  const strays = [];
  const keep = (line) => {
    const text = line.toString("utf8");
    const entry = parseEntry(text);
    if (entry !== void 0) entries.push(entry);
    return entry !== void 0;
  };
  const { rest, nextOffset } = eachLine(descriptor, from, (line) => {
    if (line.length > 0 && !keep(line)) strays.push(line.toString("utf8", 0, 4096));
  });
  if (rest.length > 0 && keep(rest)) {
    return { entries, strays, nextOffset: nextOffset + rest.length, tornBytes: 0, lacksLineEnd: true };
  }
  return { entries, strays, nextOffset, tornBytes: rest.length, lacksLineEnd: false };
}
function eachLine(descriptor, from, visit) {
  const chunk = Buffer.alloc(256 * 1024);
  let pending = [];
  let offset = from;
  let lineStart = from;
  for (; ; ) {
    const count = readSync2(descriptor, chunk, 0, chunk.length, offset);
    if (count === 0) return { rest: Buffer.concat(pending), nextOffset: lineStart };
    let start = 0;
    for (let end = chunk.indexOf(lineEnd); end >= 0 && end < count; end = chunk.indexOf(lineEnd, start)) {
      visit(Buffer.concat([...pending, chunk.subarray(start, end)]));
      pending = [];
      start = end + 1;
      lineStart = offset + start;
    }
    if (start < count) pending.push(Buffer.from(chunk.subarray(start, count)));
    offset += count;
  }
}

// src/jobs/journal-writer.ts
import { constants as constants2 } from "node:fs";
import { open as open2 } from "node:fs/promises";
import { join as join12 } from "node:path";

// src/jobs/journal-repair.ts
import { appendFile, truncate } from "node:fs/promises";
import { join as join11 } from "node:path";
async function repairJournal(folder, now) {
  const path = join11(folder, jobFiles.journal);
  const { problem, tornBytes, nextOffset, lacksLineEnd } = readJournal(folder);
  if (problem !== void 0) {
    const aside = await setAside(path, now);
    await record(folder, now, `the journal could not be used (${problem}); it was set aside as ${aside}`);
    return;
  }
  try {
    if (lacksLineEnd) await appendFile(path, "\n");
    if (tornBytes > 0) await truncate(path, nextOffset);
  } catch (thrown) {
    throw toStateError(thrown, folder);
  }
  if (tornBytes > 0) await record(folder, now, `the last line was torn; ${tornBytes} bytes of it were cut`);
}
async function record(folder, now, message) {
  const event = { type: "warning", source: "journal", message };
  const { line } = encodeEntry(event, now.toISOString(), (text) => text);
  try {
    await appendFile(join11(folder, jobFiles.journal), line, { mode: 384 });
  } catch (thrown) {
    throw toStateError(thrown, folder);
  }
}

// src/jobs/journal-writer.ts
async function openJournal(folder, options) {
  const path = join12(folder, jobFiles.journal);
  await repairJournal(folder, options.now());
  try {
    const flags = constants2.O_WRONLY | constants2.O_CREAT | constants2.O_APPEND | constants2.O_NOFOLLOW;
    return new JournalWriter(folder, await open2(path, flags, 384), options);
  } catch (thrown) {
    throw toStateError(thrown, folder);
  }
}
var JournalWriter = class {
  #folder;
  #handle;
  #options;
  #waiting = [];
  #writing;
  #failure;
  #endsInLine = false;
  constructor(folder, handle, options) {
    this.#folder = folder;
    this.#handle = handle;
    this.#options = options;
  }
  append(event) {
    const at = this.#options.now().toISOString();
    this.#waiting.push(encodeEntry(event, at, this.#options.redact));
    this.#writing ??= this.#writeAll();
  }
  /** Resolves when everything appended so far is in the file. Throws `state_unwritable` or `disk_full`. */
  async flush() {
    await this.#writing;
    const failure = this.#failure;
    this.#failure = void 0;
    if (failure !== void 0) throw failure;
  }
  /** Flushes and closes; closed also when the flush fails. */
  async close() {
    try {
      await this.flush();
      await this.#handle.sync();
    } finally {
      await this.#handle.close();
    }
  }
  async #writeAll() {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#writeBatch(batch).catch((thrown) => {
        this.#failure ??= toStateError(thrown, this.#folder);
        this.#endsInLine = true;
      });
    }
    this.#writing = void 0;
  }
  async #writeBatch(batch) {
    for (const { payload } of batch) if (payload !== void 0) await this.#writePayload(payload);
    const text = batch.map(({ line }) => line).join("");
    await this.#handle.appendFile(this.#endsInLine ? `
${text}` : text);
    this.#endsInLine = false;
  }
  async #writePayload({ name, content }) {
    const folder = join12(this.#folder, jobFiles.payloads);
    ensurePrivateFolder(folder);
    await writePrivateFile(join12(folder, name), content, { durable: false });
  }
};

// src/jobs/listing.ts
import { readdirSync as readdirSync2 } from "node:fs";
async function listJobs(context, { workspace, limit }) {
  const folder = workspace === void 0 ? context.paths.jobs : workspaceFolder(context.paths, workspace);
  const records = [];
  for (const id of namesIn2(folder)) {
    if (!isJobId(id)) continue;
    if (records.length >= limit) return { records, hasMore: true };
    const record2 = await readJob(context, id);
    if (record2 === void 0) continue;
    if (workspace === void 0 || record2.workspace === workspace) records.push(record2);
  }
  return { records, hasMore: false };
}
function listActiveIds(context) {
  return idsIn(context.paths.active);
}
function listJobIds(context) {
  return idsIn(context.paths.jobs);
}
function findJobId(context, text) {
  const name = text.trim().toLowerCase();
  const notFound3 = () => new TandemError("job_not_found", { id: text, searched: context.paths.jobs });
  if (!/^[0-9a-z-]{1,26}$/.test(name)) throw notFound3();
  const matches = matchingJobIds(listJobIds(context), name);
  const candidates = matches.length > 1 ? firstPresent(context, matches, mostCandidates) : matches;
  const [id] = candidates;
  if (id === void 0) throw notFound3();
  if (candidates.length > 1) throw new TandemError("job_ambiguous", { id: text, candidates });
  return id;
}
var mostCandidates = 20;
function firstPresent(context, ids, limit) {
  const present = [];
  for (const id of ids) {
    if (present.length === limit) break;
    if (inspectRecord(context, id).found !== "nothing") present.push(id);
  }
  return present;
}
function idsIn(folder) {
  return namesIn2(folder).filter(isJobId);
}
function namesIn2(folder) {
  try {
    return readdirSync2(folder).sort().toReversed();
  } catch (thrown) {
    if (isMissing(thrown)) return [];
    throw toStateError(thrown, folder);
  }
}

// src/jobs/end-process.ts
import { setTimeout as delay2 } from "node:timers/promises";
async function endVerifiedProcess(identity, reader, { graceMs, killMs } = { graceMs: 1e3, killMs: 5e3 }) {
  const liveness = livenessOf(identity, reader);
  if (liveness === "dead") return "already_dead";
  if (liveness === "unknown" || identity.pid <= 1) return "left";
  for (const [signal, limitMs] of [
    ["SIGTERM", graceMs],
    ["SIGKILL", killMs]
  ]) {
    signalGroup(identity.pid, signal);
    if (await diesWithin(identity, reader, limitMs)) {
      endRestOfGroup(identity.pid, reader);
      return "ended";
    }
  }
  return "survived";
}
function signalGroup(pid, signal) {
  if (!signalQuietly(-pid, signal)) signalQuietly(pid, signal);
}
function endRestOfGroup(pid, reader) {
  const facts = reader.inspect(pid);
  const isReused = facts !== "missing" && (facts === "hidden" || !facts.zombie);
  if (!isReused) signalQuietly(-pid, "SIGKILL");
}
function signalQuietly(pid, signal) {
  try {
    process.kill(pid, signal);
    return true;
  } catch (thrown) {
    return errorCodeOf(thrown) !== "ESRCH";
  }
}
async function diesWithin(identity, reader, limitMs) {
  const end = performance.now() + limitMs;
  while (livenessOf(identity, reader) === "alive") {
    if (performance.now() >= end) return false;
    await delay2(10);
  }
  return true;
}

// src/jobs/lost-run.ts
function describeLoss(owner) {
  const name = owner === void 0 ? "unknown" : `process ${owner.pid} on ${owner.host}`;
  return reportError("broker_lost", { owner: name });
}
function composeLostResult(lost, endedAt, tandem) {
  const { record: record2, traces, error } = lost;
  const run = composeRunFacts(lost, tandem);
  return {
    schema: envelopeSchema,
    ok: false,
    kind: record2.kind,
    job: summarizeJob({
      ...withoutActivity(record2),
      status: "failed",
      endedAt,
      error: { kind: error.kind, message: error.message }
    }),
    ...isReviewKind(record2.kind) ? { verdict: "none" } : {},
    ...traces.partialAnswer === void 0 ? {} : { raw: traces.partialAnswer },
    ...run === void 0 ? {} : { run },
    error
  };
}
function composeRunFacts({ record: record2, request, traces, lastSeen }, tandem) {
  if (record2.engine === void 0 || request === void 0) return void 0;
  const { thread: facts, usage } = traces;
  const thread = facts?.thread ?? record2.thread;
  const turn = traces.turn ?? record2.turn;
  const model = facts?.model ?? request.model;
  const effort = facts?.effort ?? request.effort;
  const startedMs = Date.parse(record2.startedAt ?? record2.createdAt);
  return {
    engine: record2.engine,
    route: record2.route ?? "",
    tandem,
    ...model === void 0 ? {} : { model },
    ...facts?.provider === void 0 ? {} : { provider: facts.provider },
    ...facts?.instructionSources === void 0 ? {} : { instructionSources: facts.instructionSources },
    ...effort === void 0 ? {} : { effort },
    tier: request.tier,
    sandbox: { requested: request.tier, effective: facts?.sandbox.tier ?? "unverified" },
    network: request.network,
    isolation: request.isolation,
    ...thread === void 0 ? {} : { thread },
    ...turn === void 0 ? {} : { turn },
    ...usage === void 0 ? {} : { usage },
    durationMs: Math.max(0, lastSeen.getTime() - startedMs),
    rehearsal: record2.rehearsal,
    warnings: traces.warnings
  };
}

// src/jobs/owner-liveness.ts
import { statSync as statSync2 } from "node:fs";
import { join as join13 } from "node:path";
function findOwner(context, record2) {
  const folder = jobFolder(context.paths, record2.id);
  const lock = readOwnerLock(join13(folder, jobFiles.ownerLock));
  const owner = lock?.holder?.process ?? record2.owner;
  const lastSeenMs = Math.max(lock?.touchedMs ?? 0, touchedMs(join13(folder, jobFiles.record)));
  const liveness = owner === void 0 ? "unknown" : livenessOf(owner, context.world.processes);
  const silentMs = context.world.now().getTime() - lastSeenMs;
  const isSilent = liveness === "unknown" && silentMs > context.world.silentAfterMs;
  return { isLost: liveness === "dead" || isSilent, owner, lastSeenMs };
}
function readOwnerLock(path) {
  try {
    return readLock(path);
  } catch {
    return void 0;
  }
}
function touchedMs(path) {
  return statSync2(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

// src/jobs/run-traces.ts
function traceRun(folder, journal) {
  const traces = { warnings: [] };
  const warnings = [];
  let lastMessage;
  for (const entry of journal.entries) {
    const { event } = entry;
    traces.lastEventAt = entry.at;
    if (event.type === "thread_started") {
      const { type: _type, ...thread } = event;
      traces.thread = thread;
    }
    if (event.type === "turn_started") traces.turn = event.turn;
    if (event.type === "usage") traces.usage = event.usage;
    if (event.type === "message") lastMessage = entry;
    if (event.type === "warning" && event.isNotable === true) warnings.push(event.message);
  }
  const message = lastMessage && wholeEvent(folder, lastMessage);
  if (message?.type === "message") traces.partialAnswer = message.text;
  return { ...traces, warnings };
}

// src/jobs/reconcile.ts
async function reconcileJob(context, id, options) {
  const record2 = await readJob(context, id);
  if (record2 === void 0 || isTerminal(record2.status)) return record2;
  const finding = findOwner(context, record2);
  if (!finding.isLost) return record2;
  try {
    return await withRecordLock(context, id, async () => endLostJob(context, id, options));
  } catch (thrown) {
    if (!isUnwritable(thrown)) throw thrown;
    const { kind, message } = describeLoss(finding.owner);
    context.reportProblem({
      job: id,
      path: jobFolder(context.paths, id),
      problem: "the end of this job cannot be stored"
    });
    const endedAt = new Date(finding.lastSeenMs).toISOString();
    return { ...withoutActivity(record2), status: "failed", endedAt, error: { kind, message } };
  }
}
async function reconcileActive(context, options) {
  const records = [];
  for (const id of listActiveIds(context)) {
    const record2 = await reconcileJob(context, id, options);
    if (record2 === void 0) continue;
    records.push(record2);
    if (isTerminal(record2.status)) removeMarkerQuietly(context, id);
  }
  return records;
}
async function endLostJob(context, id, options) {
  const record2 = presentRecord(context, id);
  if (record2 === void 0 || isTerminal(record2.status)) return record2;
  const finding = findOwner(context, record2);
  if (!finding.isLost) return record2;
  await endLeftover(context, record2);
  const landed = await readResult(context, id);
  if (landed !== void 0) return settleWith(context, record2, landed);
  const lost = await collectLoss(context, record2, finding);
  const endedAt = context.world.now().toISOString();
  const recovered = await recoverQuietly(context, lost, options);
  const result = recovered ?? composeLostResult(lost, endedAt, options.tandem);
  await writeResult(context, id, result);
  const { traces } = lost;
  return settleWith(context, record2, result, {
    endedAt,
    ...traces.lastEventAt === void 0 ? {} : { lastEventAt: traces.lastEventAt },
    ...traces.thread === void 0 ? {} : { thread: traces.thread.thread },
    ...traces.turn === void 0 ? {} : { turn: traces.turn }
  });
}
async function settleWith(context, record2, result, change = {}) {
  const error = result.error && { kind: result.error.kind, message: result.error.message };
  const endedAt = result.job?.endedAt;
  return settleJob(context, record2, statusOfResult(result), {
    ...endedAt === void 0 ? {} : { endedAt },
    ...change,
    ...error === void 0 ? {} : { error }
  });
}
async function endLeftover(context, record2) {
  if (record2.child === void 0) return;
  const ending = await endVerifiedProcess(record2.child, context.world.processes);
  if (ending !== "survived") return;
  const problem = `process ${record2.child.pid} of this job could not be ended`;
  context.reportProblem({ job: record2.id, path: jobFolder(context.paths, record2.id), problem });
}
async function collectLoss(context, record2, { owner, lastSeenMs }) {
  const folder = jobFolder(context.paths, record2.id);
  await repairJournal(folder, context.world.now());
  const traces = traceRun(folder, readJournal(folder));
  const request = await readRequest(context, record2.id);
  return { record: record2, request, traces, owner, lastSeen: new Date(lastSeenMs), error: describeLoss(owner) };
}
async function recoverQuietly(context, lost, { recover }) {
  try {
    return await recover?.(lost);
  } catch (thrown) {
    const problem = `the result could not be recovered: ${String(thrown)}`;
    context.reportProblem({ job: lost.record.id, path: jobFolder(context.paths, lost.record.id), problem });
    return void 0;
  }
}
function removeMarkerQuietly(context, id) {
  try {
    removeFile(activeMarker(context.paths, id));
  } catch {
  }
}

// src/jobs/remove-job.ts
import { rename as rename3, rm } from "node:fs/promises";
import { join as join14 } from "node:path";
var removingPrefix = ".removing-";
async function removeJob(context, id) {
  const { paths } = context;
  if (presentRecord(context, id) === void 0) throw notFound2(context, id);
  const doomed = join14(paths.jobs, `${removingPrefix}${id}`);
  const workspace = await withRecordLock(context, id, async () => {
    const record2 = presentRecord(context, id);
    if (record2 === void 0) throw notFound2(context, id);
    if (!isTerminal(record2.status)) throw new TandemError("job_running", { id });
    await changeFiles(paths.jobs, async () => {
      await rename3(jobFolder(paths, id), doomed);
    });
    return record2.workspace;
  });
  removeFile(workspaceMarker(paths, workspace, id));
  removeFile(activeMarker(paths, id));
  await changeFiles(paths.jobs, async () => {
    await rm(doomed, { recursive: true, force: true });
  });
}
async function dropJournal(context, id) {
  await withRecordLock(context, id, async () => {
    const record2 = presentRecord(context, id);
    if (record2 === void 0 || !isTerminal(record2.status)) return;
    const folder = jobFolder(context.paths, id);
    await changeFiles(folder, async () => {
      await rm(join14(folder, jobFiles.journal), { force: true });
      await rm(join14(folder, jobFiles.payloads), { recursive: true, force: true });
    });
  });
}
async function changeFiles(folder, change) {
  try {
    await change();
  } catch (thrown) {
    throw toStateError(thrown, folder);
  }
}
function notFound2(context, id) {
  return new TandemError("job_not_found", { id, searched: context.paths.jobs });
}

// src/jobs/retention.ts
import { lstatSync as lstatSync4, readdirSync as readdirSync4, statSync as statSync3, utimesSync as utimesSync2, writeFileSync as writeFileSync4 } from "node:fs";
import { join as join16 } from "node:path";
import { setImmediate as pause } from "node:timers/promises";

// src/jobs/retention-plan.ts
function planRetention(jobs, limits, now) {
  const ended = jobs.filter(({ record: record2 }) => isTerminal(record2.status)).sort(newestFirst);
  const read = ended.filter(({ record: record2 }) => record2.readAt !== void 0);
  const unread = ended.filter(({ record: record2 }) => record2.readAt === void 0);
  const remove = /* @__PURE__ */ new Set([
    ...read.filter((job, index) => index >= limits.readCount || isOlder(job, limits.readDays, now)),
    ...unread.filter((job) => isOlder(job, limits.unreadResultDays, now))
  ]);
  const isDroppable = (job) => job.journalBytes > 0 && !remove.has(job);
  const dropJournal2 = new Set(
    unread.filter((job) => isDroppable(job) && isOlder(job, limits.unreadJournalDays, now))
  );
  let total = jobs.reduce((sum, job) => sum + job.bytes, 0);
  for (const job of remove) total -= job.bytes;
  for (const job of dropJournal2) total -= job.journalBytes;
  for (const job of read.filter((job2) => !remove.has(job2)).toReversed()) {
    if (total <= limits.totalBytes) break;
    remove.add(job);
    total -= job.bytes;
  }
  for (const job of unread.filter((job2) => isDroppable(job2) && !dropJournal2.has(job2)).toReversed()) {
    if (total <= limits.totalBytes) break;
    dropJournal2.add(job);
    total -= job.journalBytes;
  }
  return { remove: idsOf(remove), dropJournal: idsOf(dropJournal2) };
}
var dayMs = 24 * 60 * 60 * 1e3;
function isOlder({ record: record2 }, days, now) {
  return now.getTime() - Date.parse(record2.endedAt ?? record2.createdAt) > days * dayMs;
}
function newestFirst(one, other) {
  return one.record.id < other.record.id ? 1 : -1;
}
function idsOf(jobs) {
  return [...jobs].map(({ record: record2 }) => record2.id);
}

// src/jobs/state-sweep.ts
import { lstatSync as lstatSync3, readdirSync as readdirSync3, writeFileSync as writeFileSync3 } from "node:fs";
import { rm as rm2 } from "node:fs/promises";
import { join as join15 } from "node:path";
async function sweepLeftovers(context) {
  const { paths } = context;
  const known = /* @__PURE__ */ new Map();
  for (const name of namesIn3(paths.jobs)) {
    if (isJobId(name)) await sweepJob(context, name, known);
    else if (name.startsWith(removingPrefix)) await removeIfOld(context, join15(paths.jobs, name));
  }
  for (const id of namesIn3(paths.active)) {
    if (!known.has(id)) await removeIfOld(context, join15(paths.active, id));
  }
  for (const key of namesIn3(paths.workspaces)) {
    for (const id of namesIn3(join15(paths.workspaces, key))) {
      if (known.get(id) !== key) await removeIfOld(context, join15(paths.workspaces, key, id));
    }
  }
  await removeDrafts(context, paths.locks);
}
async function sweepJob(context, id, known) {
  const folder = jobFolder(context.paths, id);
  const finding = inspectRecord(context, id);
  if (finding.found === "record") {
    const { workspace, status } = finding.record;
    known.set(id, hashPath(workspace));
    ensurePrivateFolder(workspaceFolder(context.paths, workspace));
    ensureMarker(workspaceMarker(context.paths, workspace, id));
    if (!isTerminal(status)) ensureMarker(activeMarker(context.paths, id));
    await removeDrafts(context, folder);
    return;
  }
  const isHalfMade = finding.found === "nothing" && !namesIn3(folder).some((name) => name.includes(".corrupt-"));
  if (isHalfMade) await removeIfOld(context, folder);
}
async function removeDrafts(context, folder) {
  for (const name of namesIn3(folder)) {
    if (/\.tmp$|\.claim-[^/]+$/.test(name)) await removeIfOld(context, join15(folder, name));
  }
}
var dayMs2 = 24 * 60 * 60 * 1e3;
async function removeIfOld(context, path) {
  const stats = lstatSync3(path, { throwIfNoEntry: false });
  if (stats === void 0 || context.world.now().getTime() - stats.mtimeMs < dayMs2) return;
  await rm2(path, { recursive: true, force: true });
}
function ensureMarker(path) {
  writeFileSync3(path, "", { flag: "a", mode: 384 });
}
function namesIn3(folder) {
  try {
    return readdirSync3(folder);
  } catch {
    return [];
  }
}

// src/jobs/retention.ts
async function applyRetention(context, limits) {
  const { paths, world } = context;
  const stamp = join16(paths.locks, "retention.stamp");
  if (!isDue(stamp, world.now()) || statSync3(paths.jobs, { throwIfNoEntry: false }) === void 0) {
    return void 0;
  }
  const attempt2 = tryLock(join16(paths.locks, "retention.lock"), world);
  if (!attempt2.taken) return void 0;
  try {
    if (!isDue(stamp, world.now())) return void 0;
    touch(stamp, world.now());
    return await prune(context, limits);
  } finally {
    attempt2.lock.release();
  }
}
async function prune(context, limits) {
  await sweepLeftovers(context);
  const plan = planRetention(await measureJobs(context), limits, context.world.now());
  for (const id of plan.remove) await tryStep(context, id, removeJob);
  for (const id of plan.dropJournal) await tryStep(context, id, dropJournal);
  return plan;
}
async function measureJobs(context) {
  const jobs = [];
  for (const id of listJobIds(context)) {
    const record2 = presentRecord(context, id);
    if (record2 !== void 0) jobs.push({ record: record2, ...measure(jobFolder(context.paths, id)) });
    await pause();
  }
  return jobs;
}
function measure(folder) {
  let bytes = 0;
  let journalBytes = 0;
  for (const name of readdirSync4(folder)) {
    const size = sizeOf(join16(folder, name));
    bytes += size;
    if (name === jobFiles.journal || name === jobFiles.payloads) journalBytes += size;
  }
  return { bytes, journalBytes };
}
function sizeOf(path) {
  const stats = lstatSync4(path, { throwIfNoEntry: false });
  if (stats === void 0) return 0;
  if (!stats.isDirectory()) return stats.size;
  return readdirSync4(path).reduce((sum, name) => sum + sizeOf(join16(path, name)), 0);
}
async function tryStep(context, id, step) {
  try {
    await step(context, id);
  } catch (thrown) {
    const problem = `it could not be removed: ${String(thrown)}`;
    context.reportProblem({ job: id, path: jobFolder(context.paths, id), problem });
  }
}
var dayMs3 = 24 * 60 * 60 * 1e3;
function isDue(stamp, now) {
  const stats = statSync3(stamp, { throwIfNoEntry: false });
  return stats === void 0 || Math.abs(now.getTime() - stats.mtimeMs) >= dayMs3;
}
function touch(stamp, now) {
  try {
    writeFileSync4(stamp, "", { mode: 384 });
    utimesSync2(stamp, now, now);
  } catch (thrown) {
    throw toStateError(thrown, stamp);
  }
}

// src/jobs/writer-lock.ts
import { realpathSync } from "node:fs";
import { join as join17 } from "node:path";
function lockWorkingTree(context, folder, job) {
  const path = writerLockPath(context, folder);
  ensureStateFolders(context.paths);
  const attempt2 = tryLock(path, context.world, job);
  if (attempt2.taken) return keepAlive(attempt2.lock);
  throw new TandemError("workspace_busy", { folder, job: attempt2.holder?.job ?? "unknown" });
}
function writerLockPath(context, folder) {
  try {
    return join17(context.paths.locks, `writer-${hashPath(realpathSync.native(folder))}.lock`);
  } catch (thrown) {
    if (isMissing(thrown)) throw new TandemError("workspace_gone", { folder });
    throw thrown;
  }
}

// src/jobs/store.ts
function openJobStore(stateRoot, options) {
  const paths = statePaths(stateRoot);
  checkStateFolders(paths);
  const world = options.world ?? systemWorld();
  const redact = options.redact ?? ((text) => text);
  const reportProblem = (finding) => options.reportProblem(describeFinding(finding));
  const context = { paths, world, redact, reportProblem };
  const folderOf = (id) => jobFolder(paths, id);
  const read = async (id) => readExisting(context, id, options);
  return {
    create: async ({ request, workspace }) => createJob(context, request, workspace),
    claim: async (id) => claimJob(context, id),
    update: async (id, change) => updateJob(context, id, change),
    finish: async (id, end) => finishJob(context, id, end),
    read,
    find: async (text) => read(findJobId(context, text)),
    list: async (query) => listReconciled(context, query, options),
    listActive: async () => reconcileActive(context, options),
    markRead: async (id) => {
      await markJobRead(context, id);
    },
    remove: async (id) => {
      await read(id);
      await removeJob(context, id);
    },
    readRequest: async (id) => readRequest(context, id),
    readResult: async (id) => readResult(context, id),
    openJournal: async (id) => openJournal(folderOf(id), { now: world.now, redact }),
    readJournal: (id, position) => readJournal(folderOf(id), position),
    requestCancel: async (id, by) => requestCancel(context, id, by),
    readCancelRequest: (id) => readCancelRequest(context, id),
    lockWorkingTree: (folder, job) => lockWorkingTree(context, folder, job),
    applyRetention: async (limits) => applyRetention(context, limits),
    foldersOf: (id) => ({ job: folderOf(id), artifacts: join18(folderOf(id), jobFiles.artifacts) })
  };
}
async function readExisting(context, id, options) {
  const record2 = await reconcileJob(context, id, options);
  if (record2 === void 0) throw new TandemError("job_not_found", { id, searched: context.paths.jobs });
  return record2;
}
async function listReconciled(context, query, options) {
  const page = await listJobs(context, query);
  const records = [];
  for (const record2 of page.records) {
    const present = isTerminal(record2.status) ? record2 : await reconcileJob(context, record2.id, options);
    if (present !== void 0) records.push(present);
  }
  return { ...page, records };
}
export {
  openJobStore
};
