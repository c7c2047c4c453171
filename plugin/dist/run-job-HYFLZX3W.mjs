import {
  redactText
} from "./chunk-KFVKFHRT.mjs";
import {
  phaseAfter
} from "./chunk-55GIPGGH.mjs";
import {
  redact
} from "./chunk-GTHHJJWD.mjs";
import {
  findWorkTreeRoot
} from "./chunk-GZK5FSE3.mjs";
import {
  summarizeJob,
  withoutActivity
} from "./chunk-YQV2S2ZE.mjs";
import {
  isReviewKind
} from "./chunk-VFFUZNCE.mjs";
import {
  envelopeSchema
} from "./chunk-ZETVG5RM.mjs";
import {
  messageOf,
  toErrorReport
} from "./chunk-VWEJZTN3.mjs";
import "./chunk-XT4QHU2W.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/codex/leftover-folders.ts
import { existsSync } from "node:fs";
import { rmdir } from "node:fs/promises";
import { join } from "node:path";
var names = [".codex", ".agents", ".aws", ".git"];
function watchLeftoverFolders(roots) {
  const absent = [...new Set(roots)].flatMap((root) => names.map((name) => join(root, name))).filter((path) => !existsSync(path));
  return async () => {
    for (const path of absent) {
      await rmdir(path).catch(() => {
      });
    }
  };
}

// src/codex/watchdog.ts
var Watchdog = class {
  /** Resolves when a limit is over; never when stopped before. */
  expired;
  #stallMs;
  #wall;
  #open = /* @__PURE__ */ new Set();
  #stall;
  #expire = () => void 0;
  #stopped = false;
  constructor({ stallMs, timeoutMs }) {
    this.#stallMs = stallMs;
    this.expired = new Promise((resolve) => {
      this.#expire = resolve;
    });
    this.#wall = setTimeout(() => this.#expire({ reason: "timeout", afterMs: timeoutMs }), timeoutMs);
    this.touch();
  }
  /** Something was heard from Codex. */
  touch() {
    clearTimeout(this.#stall);
    if (this.#stopped || this.#open.size > 0) return;
    const silentMs = this.#stallMs;
    this.#stall = setTimeout(() => this.#expire({ reason: "stalled", silentMs }), silentMs);
  }
  /** Something began that may be quiet for long. */
  opened(id) {
    this.#open.add(id);
    this.touch();
  }
  closed(id) {
    this.#open.delete(id);
    this.touch();
  }
  /** A turn is over, and whatever it had open with it. */
  closedAll() {
    this.#open.clear();
    this.touch();
  }
  stop() {
    this.#stopped = true;
    clearTimeout(this.#stall);
    clearTimeout(this.#wall);
  }
};

// src/privacy/redact-envelope.ts
async function redactEnvelopeText(envelope) {
  const texts = /* @__PURE__ */ new Set();
  mapTexts(envelope, (text) => {
    texts.add(text);
    return text;
  });
  const redacted = /* @__PURE__ */ new Map();
  for (const text of texts) redacted.set(text, (await redactText(text)).text);
  return mapTexts(envelope, (text) => redacted.get(text) ?? redact(text));
}
function mapTexts(envelope, change) {
  const { job, jobs, results, findings, evidence, readiness, dryRun, run, error } = envelope;
  return {
    ...envelope,
    ...mapFields(envelope, ["summary", "answer", "raw"], change),
    ...mapLists(envelope, ["questions", "nextSteps"], change),
    ...job === void 0 ? {} : { job: mapJob(job, change) },
    ...jobs === void 0 ? {} : { jobs: jobs.map((each) => mapJob(each, change)) },
    ...results === void 0 ? {} : { results: results.map((each) => mapTexts(each, change)) },
    ...findings === void 0 ? {} : { findings: findings.map((each) => mapFinding(each, change)) },
    ...evidence === void 0 ? {} : { evidence: evidence.map((each) => ({ ...each, detail: change(each.detail) })) },
    ...readiness === void 0 ? {} : { readiness: mapReadiness(readiness, change) },
    ...dryRun?.prompt === void 0 ? {} : { dryRun: { ...dryRun, prompt: { ...dryRun.prompt, preview: change(dryRun.prompt.preview) } } },
    ...run === void 0 ? {} : { run: mapRun(run, change) },
    ...error === void 0 ? {} : { error: mapError(error, change) }
  };
}
function mapJob(job, change) {
  return { ...job, ...mapFields(job, ["title", "currentCommand", "error"], change) };
}
function mapFinding(finding, change) {
  const names2 = ["title", "quote", "body", "failurePath", "risk", "recommendation"];
  return { ...finding, ...mapFields(finding, names2, change) };
}
function mapReadiness(readiness, change) {
  return { ...readiness, problems: readiness.problems.map((problem) => mapError(problem, change)) };
}
function mapRun(run, change) {
  return { ...run, ...mapLists(run, ["warnings"], change) };
}
function mapError(error, change) {
  const { repair, details } = error;
  return {
    ...error,
    message: change(error.message),
    repair: { ...repair, ...mapFields(repair, ["say", "command"], change) },
    ...details === void 0 ? {} : { details: mapRecord(details, change) }
  };
}
function mapRecord(record, change) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, mapValue(value, change)]));
}
function mapValue(value, change) {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((each) => mapValue(each, change));
  return typeof value === "object" && value !== null ? mapRecord(Object.fromEntries(Object.entries(value)), change) : value;
}
function mapFields(record, names2, change) {
  const fields = {};
  for (const name of names2) {
    const text = record[name];
    if (text !== void 0) fields[name] = change(text);
  }
  return fields;
}
function mapLists(record, names2, change) {
  const lists = {};
  for (const name of names2) {
    const texts = record[name];
    if (texts !== void 0) lists[name] = texts.map(change);
  }
  return lists;
}

// src/jobs/compose-envelope.ts
function composeEnvelope({ request, record, result, known, durationMs }) {
  const { parts } = result;
  return {
    schema: envelopeSchema,
    ok: parts.error === void 0,
    kind: request.kind,
    job: summarizeJob(record),
    ...parts,
    ...parts.error === void 0 ? {} : { error: parts.error },
    run: runFacts(request, result, known, durationMs)
  };
}
function failedResult(request, thrown) {
  const verdict = isReviewKind(request.kind) ? { verdict: "none" } : {};
  return { parts: { ...verdict, error: toErrorReport(thrown) }, warnings: [], turns: [] };
}
function runFacts(request, result, known, durationMs) {
  const { session, turns } = result;
  const facts = session?.facts;
  const turn = turns.at(-1)?.turn;
  const usage = totalUsage(turns.flatMap((outcome) => outcome.usage ?? []));
  const effort = request.effort ?? facts?.effort;
  const model = facts === void 0 ? void 0 : request.model ?? facts.model;
  return {
    ...known,
    ...model === void 0 ? {} : { model },
    ...facts?.provider === void 0 ? {} : { provider: facts.provider },
    ...facts === void 0 || facts.thread === "" ? {} : { thread: facts.thread },
    ...effort === void 0 ? {} : { effort },
    tier: request.tier,
    sandbox: { requested: request.tier, effective: facts?.sandbox.tier ?? "unverified" },
    network: request.network,
    isolation: request.isolation,
    ...facts?.instructionSources === void 0 ? {} : { instructionSources: facts.instructionSources },
    ...turn === void 0 ? {} : { turn },
    ...usage === void 0 ? {} : { usage },
    durationMs,
    rehearsal: request.rehearsal,
    warnings: [...known.warnings, ...result.warnings]
  };
}
function totalUsage(usages) {
  if (usages.length === 0) return void 0;
  const sum = (pick) => usages.reduce((total, usage) => total + pick(usage), 0);
  return {
    inputTokens: sum((usage) => usage.inputTokens),
    cachedInputTokens: sum((usage) => usage.cachedInputTokens),
    outputTokens: sum((usage) => usage.outputTokens),
    reasoningTokens: sum((usage) => usage.reasoningTokens)
  };
}

// src/jobs/job-progress.ts
var quietMs = 1e3;
var JobProgress = class {
  #id;
  #store;
  #journal;
  #next = {};
  #isUrgent = false;
  #isSettled = false;
  #writing;
  #timer;
  /** The first failure to write the record; the run itself goes on. */
  #failure;
  constructor(id, store, journal) {
    this.#id = id;
    this.#store = store;
    this.#journal = journal;
  }
  /** What comes after `settle` (Codex's last words while it ends) is not part of the run. */
  record(event) {
    if (this.#isSettled) return;
    this.#journal.append(event);
    const { change, isUrgent } = changeOf(event);
    this.note(change, isUrgent);
  }
  /** Changes the record soon; at once when somebody may need it to find or end the run. */
  note(change, isUrgent) {
    this.#next = { ...this.#next, ...change, lastEventAt: (/* @__PURE__ */ new Date()).toISOString() };
    this.#isUrgent ||= isUrgent;
    if (this.#writing !== void 0) return;
    if (this.#isUrgent) this.#write();
    else this.#timer ??= setTimeout(() => this.#write(), quietMs);
  }
  /** Writes what is left. Returns the first failure of all writes. */
  async settle() {
    this.#isSettled = true;
    while (this.#writing !== void 0 || Object.keys(this.#next).length > 0) {
      if (this.#writing === void 0) this.#write();
      await this.#writing;
    }
    clearTimeout(this.#timer);
    return this.#failure;
  }
  #write() {
    clearTimeout(this.#timer);
    this.#timer = void 0;
    const change = this.#next;
    this.#next = {};
    this.#isUrgent = false;
    this.#writing = this.#store.update(this.#id, change).then(() => void 0).catch((error) => {
      this.#failure ??= error;
    }).finally(() => {
      this.#writing = void 0;
      if (this.#isUrgent) this.#write();
      else if (Object.keys(this.#next).length > 0) this.#timer ??= setTimeout(() => this.#write(), quietMs);
    });
  }
};
function changeOf(event) {
  const phase = phaseAfter(event);
  const change = phase === void 0 ? {} : { phase };
  switch (event.type) {
    case "thread_started":
      return { change: { ...change, thread: event.thread }, isUrgent: true };
    case "turn_started":
      return { change: { ...change, turn: event.turn }, isUrgent: true };
    case "command_started":
      return { change: { ...change, currentCommand: event.command }, isUrgent: false };
    case "tool_started":
      return { change: { ...change, currentCommand: `${event.server}.${event.tool}` }, isUrgent: false };
    case "command_completed":
    case "tool_completed":
      return { change: { ...change, currentCommand: void 0 }, isUrgent: false };
    case "usage":
      return {
        change: { ...change, tokens: event.usage.inputTokens + event.usage.outputTokens },
        isUrgent: false
      };
    default:
      return { change, isUrgent: false };
  }
}

// src/jobs/lock-trees.ts
import { realpathSync } from "node:fs";
function lockTrees(store, folders, job) {
  const held = [];
  const release = () => {
    for (const lock of held) lock.release();
  };
  try {
    for (const tree of new Set(folders.map(treeOf))) held.push(store.lockWorkingTree(tree, job));
    return { release };
  } catch (error) {
    release();
    throw error;
  }
}
function treeOf(folder) {
  try {
    const real = realpathSync.native(folder);
    return findWorkTreeRoot(real) ?? real;
  } catch {
    return folder;
  }
}

// src/jobs/run-job.ts
async function runJob(id, request, perform, owner) {
  const { store, known } = owner;
  const startedMs = performance.now();
  const claim = await store.claim(id);
  if (claim === void 0) throw new Error(`job ${id} has another owner or has ended`);
  try {
    const journal = await store.openJournal(id);
    const { engine, route } = known;
    await store.update(id, { status: "running", phase: "starting", startedAt: isoNow(), engine, route });
    const progress = new JobProgress(id, store, journal);
    const scope = { id, workspace: claim.record.workspace };
    const { result, closed } = await performInTree(
      scope,
      request,
      async () => performWithEngine(request, perform, owner, progress),
      store
    );
    try {
      const durationMs = Math.round(performance.now() - startedMs);
      const gaps = await closeJournal(progress, journal);
      const whole = { ...result, warnings: [...result.warnings, ...gaps] };
      return await finish(id, { request, result: whole, known, durationMs }, store);
    } finally {
      await closed;
    }
  } finally {
    claim.release();
  }
}
async function closeJournal(progress, journal) {
  const failures = [await progress.settle()];
  await journal.close().catch((thrown) => failures.push(thrown));
  return failures.filter((failure) => failure !== void 0).map((failure) => `The record of this run has gaps: ${messageOf(failure)}`);
}
async function performInTree({ id, workspace }, request, run, store) {
  if (request.tier === "read-only") return run();
  const folders = [workspace, request.cwd, ...request.addDirectories];
  let lock;
  try {
    lock = lockTrees(store, folders, id);
  } catch (error) {
    return { result: failedResult(request, error), closed: Promise.resolve() };
  }
  const removeLeftovers = watchLeftoverFolders(folders);
  try {
    const performed = await run();
    await performed.closed;
    return performed;
  } finally {
    await removeLeftovers();
    lock.release();
  }
}
async function performWithEngine(request, perform, { onEvent, startEngine, signal }, progress) {
  const notable = [];
  const emit = (event) => {
    if (event.type === "warning" && event.isNotable === true) notable.push(event.message);
    progress.record(event);
    onEvent(event);
  };
  const watchdog = new Watchdog({ stallMs: request.stallMs, timeoutMs: request.timeoutMs });
  let engine;
  const sessions = [];
  const close = async () => {
    watchdog.stop();
    await Promise.all([...sessions.map(async (session) => session.close()), engine?.close()]);
  };
  try {
    const onChild = (child) => progress.note({ child }, true);
    engine = await startEngine({ onEvent: emit, onChild });
    const opener = engine;
    if (engine.child !== void 0) onChild(engine.child);
    const warnings = await engine.checkModel(request);
    const openThread = async (options) => {
      const session = await opener.openThread(options, emit);
      progress.note({ isThreadKept: !options.ephemeral && !request.rehearsal }, false);
      sessions.push(session);
      return session;
    };
    const result = await perform({ openThread, watchdog, signal, emit });
    return {
      result: { ...result, warnings: [...warnings, ...notable, ...result.warnings] },
      closed: close()
    };
  } catch (error) {
    return { result: failedResult(request, error), closed: close() };
  }
}
async function finish(id, end, store) {
  const { error, verdict } = end.result.parts;
  const status = error === void 0 ? "succeeded" : error.kind === "cancelled" ? "cancelled" : "failed";
  const change = {
    ...verdict === void 0 ? {} : { verdict },
    ...error === void 0 ? {} : { error: { kind: error.kind, message: error.message } }
  };
  const record = { ...await store.read(id), ...change, status, endedAt: isoNow() };
  const envelope = await redactEnvelopeText(composeEnvelope({ ...end, record: withoutActivity(record) }));
  try {
    const { applied } = await store.finish(id, { status, envelope, change });
    const stored = applied ? void 0 : await store.readResult(id);
    return stored ?? envelope;
  } catch (thrown) {
    return unstoredResult(envelope, toErrorReport(thrown));
  }
}
function unstoredResult(envelope, error) {
  const { job } = envelope;
  return {
    ...envelope,
    ok: false,
    ...job === void 0 ? {} : { job: { ...job, status: "failed", error: error.message } },
    error
  };
}
function isoNow() {
  return (/* @__PURE__ */ new Date()).toISOString();
}
export {
  runJob
};
