import {
  tellsOfBlockedWrite
} from "./chunk-PTJ7TCZL.mjs";
import {
  readProfile
} from "./chunk-46SCLG5J.mjs";
import {
  mergeConfig,
  parseOverrides,
  tableOf
} from "./chunk-SB5TUT2S.mjs";
import {
  effectivePins,
  pins
} from "./chunk-SDP3S42Q.mjs";
import {
  LineDecoder
} from "./chunk-4GDRE6TV.mjs";
import {
  RemoteError
} from "./chunk-BOPXFQTJ.mjs";
import {
  isRecord,
  parseJson
} from "./chunk-YSIIG4JU.mjs";
import {
  TandemError
} from "./chunk-VWEJZTN3.mjs";

// src/codex/app-server/thread-start.ts
async function planThread(server, options, pinTable = pins) {
  const configuration = await readConfiguration(server, options.cwd);
  const profile = options.profile === void 0 ? {} : await readProfile(server.codexHome, options.profile);
  const wishes = mergeConfig(profile, await parseOverrides(options.overrides));
  const pins2 = effectivePins(pinContext(configuration, wishes, options), pinTable);
  const pinned = pins2.reduce(
    (table, { path, value }) => mergeConfig(table, tableOf(path, value)),
    {}
  );
  const choices = {
    ...options.effort === void 0 ? {} : { model_reasoning_effort: options.effort },
    ...options.model === void 0 ? {} : { review_model: options.model }
  };
  return {
    pins: pins2,
    parameters: {
      cwd: options.cwd,
      ...options.model === void 0 ? {} : { model: options.model },
      sandbox: startTier,
      approvalPolicy: startApprovals,
      approvalsReviewer: "user",
      ephemeral: options.ephemeral,
      // Without them a review's findings come as prose only, and no thread may be left behind to read them from.
      experimentalRawEvents: true,
      config: mergeConfig(mergeConfig(wishes, choices), pinned)
    }
  };
}
var startTier = "read-only";
var startApprovals = "on-request";
async function startThread(server, plan, resume) {
  let answer;
  try {
    answer = resume === void 0 ? await server.request("thread/start", plan.parameters) : await server.request("thread/resume", resumeParameters(resume, plan.parameters));
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    throw resume === void 0 ? refusedStart(error) : refusedResume(resume, error);
  }
  const sandbox = effectiveSandbox(answer.sandbox, answer.approvalPolicy);
  const mismatch = sandboxMismatch({ ...sandbox, approvals: "never" }, { tier: startTier, network: false });
  if (mismatch !== void 0) throw mismatch;
  return {
    thread: answer.thread.id,
    model: answer.model,
    provider: answer.modelProvider,
    ...answer.reasoningEffort === null ? {} : { effort: answer.reasoningEffort },
    sandbox,
    instructionSources: answer.instructionSources
  };
}
function resumeParameters(threadId, parameters) {
  const { ephemeral: _ephemeral, experimentalRawEvents: _raw, ...kept } = parameters;
  return { ...kept, threadId, excludeTurns: true };
}
function sandboxPolicy(options) {
  const networkAccess = options.network;
  switch (options.tier) {
    case "read-only":
      return { type: "readOnly", networkAccess };
    case "workspace-write":
      return {
        type: "workspaceWrite",
        writableRoots: [...options.addDirectories ?? []],
        networkAccess,
        excludeTmpdirEnvVar: false,
        excludeSlashTmp: false
      };
    case "danger-full-access":
      return { type: "dangerFullAccess" };
  }
}
function sandboxMismatch(effective, { tier, network }) {
  const networkFits = network || !effective.network || tier === "danger-full-access";
  if (effective.tier === tier && networkFits && effective.approvals === "never") return void 0;
  return new TandemError("sandbox_mismatch", {
    requested: words(tier, network, "never"),
    effective: words(effective.tier, effective.network, effective.approvals)
  });
}
function effectiveSandbox(policy, approvals) {
  return {
    tier: tierOf(policy),
    network: policy.type === "dangerFullAccess" || "networkAccess" in policy && policy.networkAccess === true,
    approvals: typeof approvals === "string" ? approvals : "granular"
  };
}
function ignoredPin(message, pins2) {
  const ignored = [...message.matchAll(/^\s*session-flags: `([^`]+)` is ignored\.$/gm)].map(
    ([, key = ""]) => key
  );
  return ignored.find(
    (key) => pins2.some(
      ({ path }) => `${path.join(".")}.`.startsWith(`${key}.`) || `${key}.`.startsWith(`${path.join(".")}.`)
    )
  );
}
async function readConfiguration(server, cwd) {
  return (await server.request("config/read", { includeLayers: false, cwd })).config;
}
function pinContext(configuration, wishes, options) {
  const id = wishes["model_provider"] ?? configuration["model_provider"];
  const providers = configuration["model_providers"];
  const table = isRecord(providers) && typeof id === "string" ? providers[id] : void 0;
  const servers = configuration["mcp_servers"];
  return {
    untrusted: options.untrusted,
    network: options.network,
    projectRoots: [.../* @__PURE__ */ new Set([options.cwd, options.workTreeRoot ?? options.cwd])],
    environment: options.environment,
    mcpConfigured: isRecord(servers) ? Object.keys(servers) : [],
    mcpAllowed: options.mcpServers,
    ...typeof id === "string" && isRecord(table) ? { provider: { id, table } } : {}
  };
}
function refusedResume(thread, error) {
  return new TandemError(
    "usage",
    {
      problem: `Codex cannot go on with thread ${thread}: ${error.message}.`,
      hint: "Name a thread of this CODEX_HOME that nobody else is using, or start a new one."
    },
    { cause: error }
  );
}
function refusedStart(error) {
  const key = /unknown (?:field|variant) `([^`]+)`/.exec(error.message)?.[1];
  if (key !== void 0)
    return new TandemError("contract_changed", { what: `\`${key}\` in thread/start` }, { cause: error });
  return new TandemError(
    "config_rejected",
    { key: "Codex's configuration", reason: error.message },
    { cause: error }
  );
}
function tierOf(policy) {
  switch (policy.type) {
    case "readOnly":
      return "read-only";
    case "workspaceWrite":
      return "workspace-write";
    case "dangerFullAccess":
      return "danger-full-access";
    case "externalSandbox":
      return "external";
  }
}
function words(tier, network, approvals) {
  return `${tier}, network ${network ? "on" : "off"}, approvals ${approvals}`;
}

// src/codex/exec/rollout-reader.ts
import { open, stat } from "node:fs/promises";

// src/codex/exec/find-rollout.ts
import { readdir } from "node:fs/promises";
import { join } from "node:path";
var dayMs = 864e5;
async function findRollout(codexHome, thread) {
  const sessions = join(codexHome, "sessions");
  const started = startOf(thread);
  for (const offset of [0, -dayMs, dayMs]) {
    const found = await findIn(join(sessions, ...dateParts(new Date(started + offset))), thread);
    if (found !== void 0) return found;
  }
  return void 0;
}
async function findIn(folder, thread) {
  const names = await readdir(folder).catch(() => []);
  const name = names.find((each) => each.startsWith("rollout-") && each.endsWith(`-${thread}.jsonl`));
  return name === void 0 ? void 0 : join(folder, name);
}
function startOf(thread) {
  return Number.parseInt(thread.replaceAll("-", "").slice(0, 12), 16);
}
function dateParts(date) {
  const two = (value) => String(value).padStart(2, "0");
  return [String(date.getFullYear()), two(date.getMonth() + 1), two(date.getDate())];
}

// src/codex/exec/rollout-reader.ts
var longestEntry = 8 * 1024 * 1024;
var chunkBytes = 256 * 1024;
var RolloutReader = class {
  #codexHome;
  #thread;
  #onEntry;
  #lines;
  #path;
  #offset = 0;
  #reading = Promise.resolve();
  constructor(codexHome, thread, onEntry) {
    this.#codexHome = codexHome;
    this.#thread = thread;
    this.#onEntry = onEntry;
    this.#lines = new LineDecoder(
      { onLine: (line) => this.#read(line), onOversize: () => void 0 },
      longestEntry
    );
  }
  /** Leaves out what is there now: the earlier turns of the thread. */
  async skipToEnd() {
    this.#path = await findRollout(this.#codexHome, this.#thread);
    if (this.#path !== void 0) this.#offset = (await stat(this.#path)).size;
  }
  /** Reads what is new, one call after the other. A file that cannot be read, yet or any more, has nothing new. */
  async poll() {
    this.#reading = this.#reading.then(async () => this.#readOn()).catch(() => void 0);
    await this.#reading;
  }
  async #readOn() {
    this.#path ??= await findRollout(this.#codexHome, this.#thread);
    if (this.#path === void 0) return;
    const handle = await open(this.#path);
    try {
      const buffer = Buffer.alloc(chunkBytes);
      for (; ; ) {
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, this.#offset);
        if (bytesRead === 0) return;
        this.#offset += bytesRead;
        this.#lines.push(buffer.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
  }
  #read(line) {
    const entry = parseJson(line);
    if (!isRecord(entry) || typeof entry["type"] !== "string" || !isRecord(entry["payload"])) return;
    this.#onEntry({ type: entry["type"], payload: entry["payload"] });
  }
};

// src/codex/exec/tool-calls.ts
var callLimit = 1e3;
var listLimit = 50;
var refusals = /^(?:patch rejected: |apply_patch verification failed: |approval policy is Never; reject command|unsupported call: )/;
var ToolCalls = class {
  /** What a person recognises the call by, for each call that has no output yet. */
  #open = /* @__PURE__ */ new Map();
  #blocked = [];
  #refused = [];
  /** Calls that the sandbox kept from writing. */
  get blockedWrites() {
    return this.#blocked;
  }
  /** Other calls that Codex did not run, with its reason. */
  get refused() {
    return this.#refused;
  }
  /** Reads a response item. */
  read(item) {
    const { type, call_id: id } = item;
    if (typeof id !== "string") return;
    if (type === "function_call" || type === "custom_tool_call") this.#opened(id, item);
    if (type === "function_call_output" || type === "custom_tool_call_output")
      this.#answered(id, item["output"]);
  }
  #opened(id, item) {
    if (this.#open.size < callLimit) this.#open.set(id, callName(item));
  }
  #answered(id, output) {
    const name = this.#open.get(id) ?? "a tool call";
    this.#open.delete(id);
    const said = typeof output === "string" ? output : JSON.stringify(output ?? "");
    if (tellsOfBlockedWrite(said)) keep(this.#blocked, name);
    else if (refusals.test(said))
      keep(this.#refused, `${name}: ${(said.split("\n")[0] ?? "").slice(0, 300)}`);
  }
};
function keep(list, text) {
  if (list.length < listLimit) list.push(text);
}
function callName({ name, arguments: parameters, input }) {
  const tool = typeof name === "string" ? name : "a tool";
  const given = typeof parameters === "string" ? parseJson(parameters) : void 0;
  if (isRecord(given) && typeof given["cmd"] === "string") return given["cmd"].slice(0, 500);
  const files = typeof input === "string" ? patchedFiles(input) : [];
  return files.length > 0 ? `${tool} ${files.join(", ")}`.slice(0, 500) : tool;
}
function patchedFiles(patch) {
  return [...patch.matchAll(/^\*\*\* (?:Add|Update|Delete) File: (.+)$/gm)].map(([, file = ""]) => file);
}

export {
  planThread,
  startThread,
  sandboxPolicy,
  sandboxMismatch,
  effectiveSandbox,
  ignoredPin,
  pinContext,
  RolloutReader,
  ToolCalls
};
