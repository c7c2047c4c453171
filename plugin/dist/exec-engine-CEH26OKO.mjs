import {
  RolloutReader,
  ToolCalls,
  ignoredPin,
  pinContext,
  sandboxMismatch
} from "./chunk-U4XHO6DQ.mjs";
import {
  promptLimit,
  reportTurnError
} from "./chunk-PTJ7TCZL.mjs";
import {
  findAllowRules
} from "./chunk-OMTX55A2.mjs";
import {
  readProfile
} from "./chunk-46SCLG5J.mjs";
import {
  mergeConfig,
  parseOverrides,
  tableOf
} from "./chunk-SB5TUT2S.mjs";
import {
  effectivePins
} from "./chunk-SDP3S42Q.mjs";
import {
  LineDecoder,
  startAppServer,
  startProcessGroup
} from "./chunk-4GDRE6TV.mjs";
import {
  ConnectionError,
  RemoteError
} from "./chunk-BOPXFQTJ.mjs";
import {
  isRecord,
  parseJson
} from "./chunk-YSIIG4JU.mjs";
import {
  TandemError,
  messageOf,
  reportError
} from "./chunk-VWEJZTN3.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/codex/exec/inline-toml.ts
function inlineToml(value) {
  if (typeof value === "string") return quote(value);
  if (typeof value === "number") return numberText(value);
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${value.map(inlineToml).join(",")}]`;
  if (!isRecord(value)) throw new TypeError("TOML has no null");
  return `{${Object.entries(value).map(([key, part]) => `${quote(key)}=${inlineToml(part)}`).join(",")}}`;
}
function numberText(value) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return String(value);
}
function quote(text4) {
  return JSON.stringify(Buffer.from(text4).toString()).replaceAll("\x7F", "\\u007F");
}

// src/codex/exec/exec-arguments.ts
function execArguments(command) {
  const { tier, cwd, isolation, model, profile, addDirectories, images, outputSchemaFile, resume } = command;
  return [
    "exec",
    // Takes every following word for a file too, so another option has to come after it (Codex 0.169).
    ...images.flatMap((file) => ["--image", file]),
    "--json",
    // Without it Codex takes workspace-write for a folder that the user trusts.
    "--sandbox",
    tier,
    "--cd",
    cwd,
    "--skip-git-repo-check",
    ...command.isStrict ? ["--strict-config"] : [],
    ...isEphemeral(command) ? ["--ephemeral"] : [],
    ...isolation === "inherit" ? [] : ["--ignore-user-config"],
    ...ignoresRules(command) ? ["--ignore-rules"] : [],
    ...profile === void 0 ? [] : [`--profile=${profile}`],
    // With `=`, so that no value is taken for an option.
    ...model === void 0 ? [] : [`--model=${model}`],
    ...tier === "workspace-write" ? addDirectories.flatMap((folder) => ["--add-dir", folder]) : [],
    ...outputSchemaFile === void 0 ? [] : ["--output-schema", outputSchemaFile],
    ...configArguments(command.config),
    // All of the above also count for a resumed thread when they stand before the subcommand.
    ...resume === void 0 ? [] : ["resume", checkedThread(resume)],
    "-"
  ];
}
var uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
function checkedThread(thread) {
  if (uuid.test(thread)) return thread.toLowerCase();
  throw new TandemError("usage", { problem: `${JSON.stringify(thread)} is not the id of a thread.` });
}
function ignoresRules({ tier, isolation }) {
  return tier !== "danger-full-access" || isolation === "ignore-rules";
}
function isEphemeral({ ephemeral, tier, resume }) {
  if (ephemeral && tier !== "read-only") {
    throw new TandemError("usage", {
      problem: "A run that may write is never ephemeral: its sandbox could not be read back.",
      hint: "Leave --ephemeral out."
    });
  }
  if (ephemeral && resume !== void 0) {
    throw new TandemError("usage", {
      problem: "A turn on an earlier thread becomes part of that thread; it cannot be ephemeral (Codex 0.169).",
      hint: "Leave --ephemeral out, or start a new thread."
    });
  }
  return ephemeral;
}
function configArguments(config) {
  return Object.entries(config).flatMap(([key, value]) => {
    if (!/^[A-Za-z0-9_-]+$/.test(key)) {
      throw new TandemError("config_rejected", {
        key: JSON.stringify(key),
        reason: "codex exec can only be given keys of letters, digits, `_` and `-`"
      });
    }
    return ["-c", `${key}=${inlineToml(value)}`];
  });
}

// src/codex/exec/shell-environment.ts
var coreVariables = `HOME LANG LC_ALL LC_CTYPE LOGNAME PATH SHELL USER TEMP TMP TMPDIR
 PATHEXT COMSPEC SYSTEMROOT SYSTEMDRIVE USERNAME USERDOMAIN USERPROFILE HOMEDRIVE HOMEPATH PROGRAMDATA
 PROGRAMFILES PROGRAMFILES(X86) PROGRAMW6432 LOCALAPPDATA APPDATA POWERSHELL PWSH`.split(/\s+/);
var readByCodex = /^(?:CODEX_|OPENAI_|RUST_|SSL_CERT_)|_proxy$/i;
function shellEnvironment(allowed, codexEnvironment) {
  const names = Object.keys(allowed);
  if (names.length === 0) return { pins: [], variables: {}, inArguments: {} };
  const missing = Object.entries(allowed).filter(([name, value]) => codexEnvironment[name] !== value);
  const mustNotReach = ([name]) => readByCodex.test(name) || coreVariables.includes(name.toUpperCase());
  return {
    pins: [
      pin("inherit", "all"),
      pin("ignore_default_excludes", true),
      pin("include_only", [.../* @__PURE__ */ new Set(["SHLVL", ...coreVariables, ...names])])
    ],
    variables: Object.fromEntries(missing.filter((entry) => !mustNotReach(entry))),
    inArguments: Object.fromEntries(missing.filter(mustNotReach))
  };
}
function pin(key, value) {
  return {
    path: ["shell_environment_policy", key],
    reason: "The variables of the allow-list by name; their values do not show in the list of processes.",
    value
  };
}

// src/codex/exec/user-configuration.ts
import { mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

// src/codex/exec/start-failure.ts
var grammars = [
  {
    says: /^error: unexpected argument '([^'\n]+)' found/m,
    error: ([, argument = ""]) => new TandemError("contract_changed", { what: `the option ${argument}` })
  },
  {
    says: /^error: (?:invalid value|unrecognized subcommand|the argument) (.+)/m,
    error: ([text4]) => new TandemError("contract_changed", { what: text4 })
  },
  {
    says: /^Error: Unknown feature flag: (\S+)/m,
    error: ([, name = ""]) => new TandemError("contract_changed", { what: `the feature ${name}` })
  },
  {
    says: /^Not inside a trusted directory/m,
    error: () => new TandemError("contract_changed", { what: "the option --skip-git-repo-check" })
  },
  {
    says: /^Error loading config\.toml: unknown configuration field `([^`\n]+)` in -c\/--config override$/m,
    error: ([, key = ""], { pins }) => unknownOverride(key, pins)
  },
  {
    says: /^Error loading config\.toml:\s*([\s\S]+)/m,
    error: ([, said = ""], { pins }) => rejectedConfig(said.trim(), pins)
  },
  {
    says: /^Error: (Model provider `[^`\n]+` not found)/m,
    error: ([, reason = ""]) => new TandemError("config_rejected", { key: "model_provider", reason })
  },
  {
    says: /required MCP servers failed to initialize: (.+?)(?: \(code -\d+\))?$/m,
    error: ([, reason = ""]) => new TandemError("config_rejected", { key: "mcp_servers", reason })
  },
  {
    says: /^Error: thread\/resume: thread\/resume failed: (.+?)(?: \(code -\d+\))?$/m,
    error: ([, reason = ""]) => new TandemError("usage", {
      problem: `Codex cannot go on with the thread: ${reason}.`,
      hint: "Name a thread of this CODEX_HOME that nobody else is using, or start a new one."
    })
  },
  {
    says: /^Error: turn\/start: .*"input_error_code":"input_too_large".*"actual_chars":(\d+)/m,
    error: ([, size]) => new TandemError("input_too_large", {
      what: "The prompt",
      size: Number(size),
      limit: promptLimit,
      unit: "characters"
    })
  }
];
function startFailure(failure) {
  for (const { says, error } of grammars) {
    const match = says.exec(failure.stderr);
    if (match !== null) return error(match, failure);
  }
  const cause = [failure.exit, failure.stderr.trim()].filter(Boolean).join(": ");
  return new TandemError("spawn_failed", { path: failure.path, cause: cause || "it said nothing" });
}
function staleKey(stderr) {
  const match = /^Error loading config\.toml:\n(.+):\d+:\d+: unknown configuration field `([^`\n]+)`$/m.exec(
    stderr
  );
  return match === null ? void 0 : `${match[1]}: ${match[2]}`;
}
function unknownOverride(key, pins) {
  const isOurs = pins.some(({ path }) => `${path.join(".")}.`.startsWith(`${key}.`));
  if (isOurs) return new TandemError("contract_changed", { what: `the configuration key ${key}` });
  return new TandemError("config_rejected", { key, reason: "this Codex does not know it", source: "-c" });
}
function rejectedConfig(said, pins) {
  const key = /^in `([^`\n]+)`$/m.exec(said)?.[1];
  const reason = said.replace(/\s+/g, " ");
  const isOurs = key !== void 0 && pins.some(({ path }) => path.join(".") === key);
  if (isOurs)
    return new TandemError("contract_changed", { what: `the configuration key ${key} (${reason})` });
  return new TandemError("config_rejected", { key: key ?? "config.toml", reason });
}

// src/codex/exec/user-configuration.ts
function codexHomeOf(environment) {
  const { CODEX_HOME: named, HOME: home, USERPROFILE: profile } = environment;
  return named !== void 0 && named !== "" ? named : join(home || profile || homedir(), ".codex");
}
async function readUserConfiguration(start, options) {
  const isInherited = (options.isolation ?? "inherit") === "inherit";
  const layers = isInherited ? await userLayers(start, options) : systemLayers;
  if (!await speakOfPinnedThings(layers, start.platform ?? process.platform)) return {};
  if (isInherited) return askCodex(start, options);
  const emptyHome = await mkdtemp(join(start.folder, "exec-home-"));
  try {
    const environment = { ...start.environment, CODEX_HOME: emptyHome };
    return await askCodex({ ...start, environment }, options);
  } finally {
    await rm(emptyHome, { recursive: true, force: true, maxRetries: 5 });
  }
}
async function askCodex(start, options) {
  try {
    const server = await startAppServer({
      ...start,
      program: { ...start.program, parameters: [...start.program.parameters, ...trustArguments(options)] },
      identity: { name: "codex_tandem", version: "0" },
      onEvent: () => void 0
    });
    try {
      return (await server.request("config/read", { includeLayers: false, cwd: options.cwd })).config;
    } finally {
      await server.close();
    }
  } catch (error) {
    throw betterReason(start, error);
  }
}
var systemLayers = ["/etc/codex/config.toml", "/etc/codex/managed_config.toml"];
var pinnedThings = /mcp_servers|_max_retries|stream_idle_timeout_ms|\\u/i;
async function speakOfPinnedThings(layers, platform) {
  if (platform === "win32") return true;
  const texts = await Promise.all(layers.map(async (path) => readFile(path, "utf8").catch(() => "")));
  return texts.some((text4) => pinnedThings.test(text4));
}
async function userLayers(start, { cwd, untrusted }) {
  const own = join(codexHomeOf(start.environment), "config.toml");
  return [own, ...systemLayers, ...untrusted ? [] : await projectLayers(cwd)];
}
async function projectLayers(cwd) {
  const layers = [];
  let folder = await realpath(cwd).catch(() => cwd);
  for (; ; ) {
    layers.push(join(folder, ".codex", "config.toml"));
    const parent = dirname(folder);
    if (parent === folder) return layers;
    folder = parent;
  }
}
function trustArguments({ untrusted, cwd, workTreeRoot = cwd }) {
  const roots = [.../* @__PURE__ */ new Set([cwd, workTreeRoot])];
  const projects = Object.fromEntries(roots.map((root) => [root, { trust_level: "untrusted" }]));
  return untrusted ? ["-c", `projects=${inlineToml(projects)}`] : [];
}
function betterReason({ program }, error) {
  if (error instanceof RemoteError) {
    return new TandemError(
      "config_rejected",
      { key: "config.toml", reason: error.message },
      { cause: error }
    );
  }
  if (error instanceof ConnectionError) {
    return new TandemError("protocol", { problem: error.message }, { cause: error });
  }
  if (!(error instanceof TandemError) || error.report.kind !== "spawn_failed") return error;
  const said = String(error.report.details?.["cause"] ?? "");
  return startFailure({ path: program.path, stderr: said, pins: [] });
}

// src/codex/exec/exec-plan.ts
async function planExec(start, options) {
  const codexHome = codexHomeOf(start.environment);
  if (options.profile !== void 0) await readProfile(codexHome, options.profile);
  const wishes = await parseOverrides(options.overrides);
  const configuration = await readUserConfiguration(start, options);
  const shell = shellEnvironment(options.environment, start.environment);
  const context = pinContext(configuration, wishes, { ...options, environment: shell.inArguments });
  const pins = [...sandboxPins(options), ...effectivePins(context, start.pinTable), ...shell.pins];
  const effort = options.effort === void 0 ? {} : { model_reasoning_effort: options.effort };
  const { cwd, tier, ephemeral, isolation = "inherit", model, profile, addDirectories = [] } = options;
  return {
    codexHome,
    pins,
    environment: { ...start.environment, ...shell.variables },
    command: {
      cwd,
      tier,
      ephemeral,
      isolation,
      addDirectories,
      config: pins.reduce(
        (table, { path, value }) => mergeConfig(table, tableOf(path, value)),
        mergeConfig(wishes, effort)
      ),
      ...model === void 0 ? {} : { model },
      ...profile === void 0 ? {} : { profile }
    }
  };
}
function sandboxPins({ tier, network }) {
  if (tier !== "workspace-write") return [];
  const pin2 = (key, value, reason) => ({
    path: ["sandbox_workspace_write", key],
    value,
    reason
  });
  const temporary = "Builds need the temp folders, and a run must not differ from one machine to the next.";
  return [
    pin2("network_access", network, "The user's own configuration opens the network otherwise."),
    pin2("exclude_tmpdir_env_var", false, temporary),
    pin2("exclude_slash_tmp", false, temporary)
  ];
}

// src/codex/exec/exec-session.ts
import { stat as stat2 } from "node:fs/promises";

// src/codex/exec/codex-process.ts
import { setTimeout as delay } from "node:timers/promises";

// src/codex/process-family.ts
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
async function listProcesses(platform = process.platform) {
  if (platform === "linux") return listFromProc();
  return platform === "win32" ? [] : listFromPs();
}
function familyOf(leader, all) {
  const pids = /* @__PURE__ */ new Set([leader]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const { pid, parent, group, session } of all) {
      if (pids.has(pid)) continue;
      if (pids.has(parent) || group === leader || session === leader) {
        pids.add(pid);
        grown = true;
      }
    }
  }
  return all.filter(({ pid }) => pids.has(pid));
}
function survivorsOf(earlier, now) {
  const startTimes = new Map(now.flatMap((entry) => entry.isZombie ? [] : [[entry.pid, entry.startedAt]]));
  return earlier.filter(({ pid, startedAt }) => startTimes.get(pid) === startedAt);
}
function listFromProc() {
  return entriesOf("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return [readStat(readFileSync(`/proc/${name}/stat`, "latin1"))];
    } catch {
      return [];
    }
  });
}
function entriesOf(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
function readStat(stat3) {
  const fields = stat3.slice(stat3.lastIndexOf(")") + 2).split(" ");
  return {
    pid: Number.parseInt(stat3, 10),
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    startedAt: fields[19] ?? "",
    isZombie: fields[0] === "Z" || fields[0] === "X"
  };
}
async function listFromPs() {
  try {
    const { stdout } = await promisify(execFile)("/bin/ps", ["-A", "-o", "pid=,ppid=,pgid=,stat=,lstart="], {
      maxBuffer: 16 * 1024 * 1024
    });
    return readPs(stdout);
  } catch {
    return [];
  }
}
function readPs(table) {
  return table.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line);
    if (match === null) return [];
    const [, pid, parent, group, state = "", startedAt = ""] = match;
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        group: Number(group),
        startedAt,
        isZombie: state.startsWith("Z")
      }
    ];
  });
}

// src/codex/exec/guardian.ts
import { existsSync } from "node:fs";
import { parse } from "node:path";
var shellScript = `
read -r leader || exit 0
read -r word && exit 0
kill -STOP -- "-$leader"
if [ -r /proc/self/stat ]; then
  all=
  for file in /proc/[0-9]*/stat; do
    read -r line <"$file" || continue
    set -- \${line##*) }
    all="$all \${line%% *} $2 $4"
  done
else
  all=$(/bin/ps -A -o pid= -o ppid= -o sess=)
fi
family=" $leader "
grown=yes
while [ -n "$grown" ]; do
  grown=
  set -- $all
  while [ $# -ge 3 ]; do
    case $family in
      *" $1 "*) ;;
      *" $2 "* | *" $3 "*) family="$family$1 "; grown=yes ;;
    esac
    shift 3
  done
done
kill -KILL -- "-$leader"
kill -KILL $family
`;
var nodeScript = `
let said = "";
process.stdin.on("data", (text) => { said += text; }).on("end", () => {
  const [leader, word] = said.split("\\n");
  if (!/^[0-9]+$/.test(leader) || word !== "") return;
  if (process.platform === "win32") {
    const tool = (process.env.SystemRoot || "C:\\\\Windows") + "\\\\System32\\\\taskkill.exe";
    require("node:child_process").spawnSync(tool, ["/pid", leader, "/T", "/F"], { stdio: "ignore", windowsHide: true });
  } else {
    try { process.kill(-Number(leader), "SIGKILL"); } catch {}
  }
});
`;
var leaveMs = 1e3;
function guardianCommand(platform, hasShell) {
  return platform !== "win32" && hasShell ? { path: "/bin/sh", parameters: ["-c", shellScript] } : { path: process.execPath, parameters: ["--eval", nodeScript] };
}
async function startGuardian(platform = process.platform) {
  const { path, parameters } = guardianCommand(platform, existsSync("/bin/sh"));
  const group = await startProcessGroup(
    path,
    parameters,
    // The root folder, so that it keeps no folder of the user's in use.
    { cwd: parse(process.execPath).root, env: guardianEnvironment(), stdio: ["pipe", "ignore", "ignore"] },
    platform
  );
  return guardianOf(group);
}
function guardianOf(group) {
  const { stdin } = group.child;
  if (stdin === null) throw new Error("the guardian has no pipe");
  stdin.on("error", () => void 0);
  let released = false;
  return {
    lost: new Promise((resolve) => {
      void group.ended.then(() => {
        if (!released) resolve();
      });
    }),
    watch: (leader) => stdin.write(`${leader}
`),
    release: async () => {
      released = true;
      stdin.end("released\n");
      const timer = setTimeout(() => void group.stop(0), leaveMs);
      await group.ended;
      clearTimeout(timer);
    }
  };
}
function guardianEnvironment() {
  const root = process.env["SystemRoot"];
  return root === void 0 ? {} : { SystemRoot: root };
}

// src/codex/exec/codex-process.ts
var longestLine = 16 * 1024 * 1024;
var drainMs = 1e3;
var endGraceMs = 3e3;
var removalMs = 2e3;
var stderrTailLength = 4e3;
var longestDiagnostic = 64 * 1024;
async function startCodexProcess(start) {
  const { path, parameters, folder, environment, platform } = start;
  const guardian = await startGuardian(platform);
  let group;
  try {
    group = await startProcessGroup(
      path,
      parameters,
      { cwd: folder, env: environment, stdio: ["pipe", "pipe", "pipe"] },
      platform
    );
  } catch (error) {
    await guardian.release();
    throw error;
  }
  const { stdin, stdout, stderr, pid } = group.child;
  if (stdin === null || stdout === null || stderr === null || pid === void 0) {
    await Promise.all([guardian.release(), group.stop(0)]);
    throw new Error("it has no pipes");
  }
  guardian.watch(pid);
  stdin.on("error", () => void 0);
  stdin.end(start.prompt);
  return new GuardedCodex(pid, { group, guardian, stdout, stderr }, start);
}
var GuardedCodex = class {
  pid;
  ended;
  unguarded;
  #parts;
  #platform;
  #stderrTail = "";
  #family = [];
  constructor(pid, parts, { platform, onLine, onStray }) {
    this.pid = pid;
    this.#parts = parts;
    this.#platform = platform;
    this.unguarded = parts.guardian.lost;
    const events = new LineDecoder(
      { onLine, onOversize: (begin) => onStray("oversize", begin) },
      longestLine
    );
    const diagnostics = new LineDecoder(
      {
        onLine: (line) => {
          this.#stderrTail = `${this.#stderrTail}${line}
`.slice(-stderrTailLength);
          onStray("stderr", line);
        },
        onOversize: (begin) => onStray("stderr", begin)
      },
      longestDiagnostic
    );
    this.ended = this.#awaitEnd([drain(parts.stdout, events), drain(parts.stderr, diagnostics)]);
  }
  stderrTail = () => this.#stderrTail;
  async noteFamily() {
    this.#addFamily(await listProcesses(this.#platform));
  }
  async end(how) {
    const { group, guardian, stdout, stderr } = this.#parts;
    const isWindows = this.#platform === "win32";
    if (how === "kill" && !isWindows) {
      signal(-this.pid, "SIGSTOP");
    } else if (how === "interrupt" && !isWindows) {
      await this.noteFamily();
      signal(-this.pid, "SIGINT");
    }
    const endsByItself = how === "wait" || how === "interrupt" && !isWindows;
    if (endsByItself) await Promise.race([group.ended, delay(endGraceMs, void 0, { ref: false })]);
    const hasEnded = group.child.exitCode !== null || group.child.signalCode !== null;
    if (!hasEnded) await this.noteFamily();
    await group.stop(0);
    const isGone = await this.#endFamily();
    await guardian.release();
    await this.ended;
    stdout.destroy();
    stderr.destroy();
    return isGone;
  }
  #addFamily(all) {
    const known = new Set(this.#family.map(({ pid, startedAt }) => `${pid} ${startedAt}`));
    const added = familyOf(this.pid, all).filter(({ pid, startedAt }) => !known.has(`${pid} ${startedAt}`));
    this.#family = [...this.#family, ...added];
  }
  /** What Codex started and left: servers that ignore the end of their input, commands in groups of their own. */
  async #endFamily() {
    const end = performance.now() + removalMs;
    for (; ; ) {
      const all = await listProcesses(this.#platform);
      this.#addFamily(all);
      const left = survivorsOf(this.#family, all);
      if (left.length === 0) return true;
      if (performance.now() >= end) return false;
      for (const { pid } of left) signal(pid, "SIGKILL");
      await delay(5);
    }
  }
  async #awaitEnd(outputs) {
    const how = await this.#parts.group.ended;
    await Promise.race([Promise.all(outputs), delay(drainMs, void 0, { ref: false })]);
    return how;
  }
};
async function drain(stream, decoder) {
  stream.on("data", (chunk) => decoder.push(chunk));
  await new Promise((resolve) => {
    stream.once("end", resolve);
    stream.once("close", resolve);
    stream.once("error", () => resolve());
  });
  decoder.end();
}
function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
  }
}

// src/codex/exec/event-gate.ts
var heldLimit = 1e3;
var strayLimit = 200;
var EventGate = class {
  #emit;
  #onFull;
  #held = [];
  #strays = 0;
  /** `onFull`: too much is held back, so the gate has to be opened with what is known. */
  constructor(emit, onFull) {
    this.#emit = emit;
    this.#onFull = onFull;
  }
  get isOpen() {
    return this.#held === void 0;
  }
  pass(event) {
    if (event.type === "stray_output" && !this.#countStray()) return;
    if (this.#held === void 0) return this.#emit(event);
    this.#held.push(event);
    if (this.#held.length >= heldLimit) this.#onFull();
  }
  /** Tells `first`, then what was held back; from now on everything passes. */
  open(first) {
    const held = this.#held ?? [];
    this.#held = void 0;
    for (const event of [...first, ...held]) this.#emit(event);
  }
  #countStray() {
    this.#strays++;
    if (this.#strays === strayLimit + 1) {
      this.pass({ type: "warning", source: "codex", message: "more stray output of Codex is left out" });
    }
    return this.#strays <= strayLimit;
  }
};

// src/codex/exec/translate-item.ts
function translateItem(item, moment) {
  if (moment === "started") return started(item);
  return moment === "completed" ? completed(item) : [];
}
function started(item) {
  if (item.type === "command_execution") {
    return [{ type: "command_started", item: item.id, command: text(item["command"]) }];
  }
  if (item.type === "mcp_tool_call") {
    const { server, tool } = item;
    return [{ type: "tool_started", item: item.id, server: text(server), tool: text(tool) }];
  }
  return [];
}
function completed(item) {
  switch (item.type) {
    case "agent_message":
      return [{ type: "message", item: item.id, text: text(item["text"]) }];
    case "reasoning":
      return [{ type: "reasoning", text: text(item["text"]) }];
    case "command_execution":
      return [commandCompleted(item)];
    case "file_change":
      return [
        { type: "files_changed", item: item.id, status: text(item["status"]), paths: paths(item["changes"]) }
      ];
    case "mcp_tool_call":
      return [toolCompleted(item)];
    case "error":
      return [{ type: "warning", source: "codex", message: text(item["message"]) }];
    default:
      return [{ type: "unknown", name: `item ${item.type}`, payload: item }];
  }
}
function commandCompleted(item) {
  const { exit_code: exitCode, aggregated_output: output } = item;
  return {
    type: "command_completed",
    item: item.id,
    command: text(item["command"]),
    status: text(item["status"]),
    ...typeof exitCode === "number" ? { exitCode } : {},
    ...typeof output === "string" ? { output } : {},
    reads: []
  };
}
function toolCompleted(item) {
  const { server, tool, status: status2, error } = item;
  return {
    type: "tool_completed",
    item: item.id,
    server: text(server),
    tool: text(tool),
    status: text(status2),
    ...isRecord(error) ? { error: text(error["message"]) } : {}
  };
}
function paths(changes) {
  return Array.isArray(changes) ? changes.flatMap(
    (change) => isRecord(change) && typeof change["path"] === "string" ? [change["path"]] : []
  ) : [];
}
function text(value) {
  return typeof value === "string" ? value : "";
}

// src/codex/exec/event-reader.ts
var commandLimit = 1e4;
var EventReader = class {
  commands = [];
  answer;
  terminal;
  /** The turn brought something beside messages. */
  hasItems = false;
  #handlers;
  #idPrefix;
  /** `idPrefix` tells the items of one process from those of the next on the same thread. */
  constructor(handlers, idPrefix) {
    this.#handlers = handlers;
    this.#idPrefix = idPrefix;
  }
  /** Takes any line. What is no event is kept as stray output. Of a key that stands twice in a line the last counts. */
  read(line) {
    const event = parseJson(line);
    if (!isRecord(event) || typeof event["type"] !== "string") {
      this.#handlers.emit({ type: "stray_output", source: "stdout", text: line.slice(0, 2e3) });
      return;
    }
    switch (event["type"]) {
      case "thread.started":
        this.#handlers.onThread(text2(event["thread_id"]));
        break;
      case "turn.started":
        break;
      case "item.started":
        this.#item(event, "started");
        break;
      case "item.updated":
        this.#item(event, "updated");
        break;
      case "item.completed":
        this.#item(event, "completed");
        break;
      case "error":
        this.#error(text2(event["message"]));
        break;
      case "turn.completed":
        this.#end({ status: "completed", usage: event["usage"] });
        break;
      case "turn.failed":
        this.#end({
          status: "failed",
          message: isRecord(event["error"]) ? text2(event["error"]["message"]) : ""
        });
        break;
      default:
        this.#handlers.emit({ type: "unknown", name: event["type"], payload: event });
    }
  }
  #item(event, moment) {
    const item = itemOf(event["item"], this.#idPrefix);
    if (item === void 0) {
      this.#handlers.emit({ type: "unknown", name: `item.${moment}`, payload: event });
      return;
    }
    if (item.type === "error") this.#handlers.onNotice(text2(item["message"]));
    else if (!["agent_message", "reasoning"].includes(item.type)) {
      this.hasItems = true;
      this.#handlers.onAction();
    }
    for (const translated of translateItem(item, moment)) {
      this.#handlers.emit(translated);
      if (translated.type === "message") this.answer = translated.text;
      if (translated.type === "command_completed") this.#keepCommand(translated);
    }
  }
  /** Without the output, which the journal has and nobody reads here. */
  #keepCommand({ command, status: status2, exitCode, reads }) {
    if (this.commands.length >= commandLimit) return;
    this.commands.push({ command, status: status2, reads, ...exitCode === void 0 ? {} : { exitCode } });
  }
  /** Never the end of a turn: retries are told this way, and the cause of a failed turn right before it. */
  #error(message) {
    const isRetry = message.startsWith("Reconnecting... ");
    this.#handlers.emit(
      isRetry ? { type: "retrying", message } : { type: "warning", source: "codex", message }
    );
  }
  #end(terminal) {
    if (this.terminal !== void 0) return;
    this.terminal = terminal;
    this.#handlers.onTerminal();
  }
};
function itemOf(value, idPrefix) {
  if (!isRecord(value) || typeof value["type"] !== "string") return void 0;
  return { ...value, type: value["type"], id: `${idPrefix}${text2(value["id"])}` };
}
function text2(value) {
  return typeof value === "string" ? value : "";
}

// src/codex/exec/read-back.ts
import { realpathSync } from "node:fs";
import { setTimeout as delay2 } from "node:timers/promises";

// src/codex/exec/turn-record.ts
var TurnRecord = class {
  calls = new ToolCalls();
  turn;
  terms;
  model;
  provider;
  effort;
  /** Of this turn alone, whatever the thread used before. */
  usage;
  /** `codex_error_info` of a turn that failed. */
  errorInfo;
  /** The last response cost visible tokens and held nothing that Codex kept: a refusal. */
  droppedOutput = false;
  #itemsOfResponse = 0;
  read({ type, payload }) {
    switch (type) {
      case "session_meta":
        this.provider ??= text3(payload["model_provider"]);
        break;
      case "turn_context":
        this.#readContext(payload);
        break;
      case "token_usage_record":
        this.#readUsage(payload);
        break;
      case "response_item":
        if (isFromModel(payload)) this.#itemsOfResponse++;
        this.calls.read(payload);
        break;
      case "event_msg":
        this.#readEvent(payload);
        break;
      default:
        break;
    }
  }
  /** The first turn is the one that was started; a later id is of a turn that Codex started by itself. */
  #readContext(context) {
    const turn = text3(context["turn_id"]);
    this.turn ??= turn;
    if (turn !== this.turn) return;
    this.model = text3(context["model"]) ?? this.model;
    this.effort = effortOf(context) ?? this.effort;
    this.terms = termsOf(context) ?? this.terms;
  }
  #readUsage(record) {
    const last = usageOf(record["usage"]);
    this.droppedOutput = this.#itemsOfResponse === 0 && last !== void 0 && last.outputTokens > last.reasoningTokens;
    this.#itemsOfResponse = 0;
    if (record["turn_id"] === this.turn) this.usage = usageOf(record["turn_token_usage"]) ?? this.usage;
  }
  #readEvent(event) {
    if (event["type"] === "thread_settings_applied" && isRecord(event["thread_settings"])) {
      this.provider = text3(event["thread_settings"]["model_provider_id"]) ?? this.provider;
    }
    if (event["type"] === "task_complete" && event["turn_id"] === this.turn && isRecord(event["error"])) {
      this.errorInfo = event["error"]["codex_error_info"];
    }
  }
};
function usageOf(counts) {
  if (!isRecord(counts)) return void 0;
  const { input_tokens, cached_input_tokens, output_tokens, reasoning_output_tokens } = counts;
  if (typeof input_tokens !== "number" || typeof output_tokens !== "number") return void 0;
  return {
    inputTokens: input_tokens,
    cachedInputTokens: typeof cached_input_tokens === "number" ? cached_input_tokens : 0,
    outputTokens: output_tokens,
    reasoningTokens: typeof reasoning_output_tokens === "number" ? reasoning_output_tokens : 0
  };
}
function termsOf(context) {
  const { sandbox_policy: policy, approval_policy: approvals, permission_profile: profile } = context;
  if (!isRecord(policy)) return void 0;
  const tier = tierOf(policy["type"]);
  const network = tier === "danger-full-access" || policy["network_access"] === true || isRecord(profile) && profile["network"] === "enabled";
  const roots = policy["writable_roots"];
  return {
    sandbox: { tier, network, approvals: text3(approvals) ?? "granular" },
    writableRoots: Array.isArray(roots) ? roots.filter((root) => typeof root === "string") : []
  };
}
function tierOf(type) {
  return type === "read-only" || type === "workspace-write" || type === "danger-full-access" ? type : "external";
}
function effortOf(context) {
  const mode = context["collaboration_mode"];
  const settings = isRecord(mode) ? mode["settings"] : void 0;
  return isRecord(settings) ? text3(settings["reasoning_effort"]) : void 0;
}
function isFromModel({ type, role }) {
  return type === "function_call" || type === "custom_tool_call" || type === "message" && role === "assistant";
}
function text3(value) {
  return typeof value === "string" ? value : void 0;
}

// src/codex/exec/read-back.ts
var readMs = 10;
var patientReads = 300;
var slowReadMs = 500;
var ReadBack = class {
  record = new TurnRecord();
  /** Codex runs the turn on other terms. */
  mismatch;
  #codexHome;
  #options;
  #handlers;
  #reader;
  #terms;
  #isOver = false;
  constructor(codexHome, options, handlers) {
    this.#codexHome = codexHome;
    this.#options = options;
    this.#handlers = handlers;
  }
  get terms() {
    return this.#terms;
  }
  /** To be called before the next turn of a thread is started: what is in its file now is of earlier turns. */
  async skipEarlierTurns(thread) {
    this.#reader = this.#newReader(thread);
    await this.#reader.skipToEnd();
  }
  /** Looks at the file until it says on what terms the turn runs, or the turn is over. Never rejects. */
  async follow(thread) {
    this.#reader ??= this.#newReader(thread);
    for (let reads = 1; !this.#isOver; reads++) {
      await this.#reader.poll();
      if (this.#terms !== void 0 || reads === patientReads) this.#handlers.onPatienceOver();
      if (this.#terms !== void 0) return;
      await delay2(reads < patientReads ? readMs : slowReadMs, void 0, { ref: false });
    }
  }
  /** Looks once more. Resolves with true when the terms are known. */
  async look() {
    await this.#reader?.poll();
    return this.#terms !== void 0;
  }
  /** The turn is over: reads the rest. */
  async finish() {
    this.#isOver = true;
    await this.#reader?.poll();
  }
  #newReader(thread) {
    return new RolloutReader(this.#codexHome, thread, (entry) => {
      this.record.read(entry);
      if (this.record.terms !== this.#terms) this.#compare(this.record.terms);
    });
  }
  /** Every statement counts: a later one of the same turn must not be wider either. */
  #compare(terms) {
    this.#terms = terms;
    if (terms === void 0) return;
    this.mismatch ??= termsMismatch(terms, this.#options)?.report;
    this.#handlers.onTerms();
  }
};
function unverifiedSandbox({ network }) {
  return { tier: "unverified", network, approvals: "never" };
}
function reportUnverified({ tier }) {
  return reportError("sandbox_mismatch", { requested: tier, effective: "a sandbox that it does not report" });
}
function termsMismatch({ sandbox, writableRoots }, options) {
  const mismatch = sandboxMismatch(sandbox, options);
  if (mismatch !== void 0 || options.tier !== "workspace-write") return mismatch;
  const allowed = new Set([options.cwd, ...options.addDirectories ?? []].map(realPath));
  const more = writableRoots.filter((root) => !allowed.has(realPath(root)));
  if (more.length === 0) return void 0;
  return new TandemError("sandbox_mismatch", {
    requested: options.tier,
    effective: `${sandbox.tier} that may also write ${more.join(", ")}`
  });
}
function realPath(path) {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

// src/codex/exec/turn-failure.ts
var messages = [
  [/^You[’']ve hit your usage limit\b/, "quota"],
  [/^Quota exceeded\./, "quota"],
  [/^To use Codex with your ChatGPT plan, upgrade /, "quota"],
  [/^rate limit exceeded: /, "rate_limited"],
  [/^We[’']re currently experiencing high demand/, "overloaded"],
  [/^Selected model is at capacity\./, "overloaded"],
  [/^Codex ran out of room in the model[’']s context window\./, "context_too_large"],
  [/^Missing environment variable: `/, "not_logged_in"],
  [/^Your access token could not be refreshed/, "not_logged_in"],
  [/^Connection failed: /, "network_unreachable"],
  [/^stream disconnected before completion: /, "network_unreachable"]
];
var filtered = /^(?:stream disconnected before completion: )?Incomplete response returned, reason: content_filter$/;
var status = /^(?:unexpected status|exceeded retry limit, last status:) (\d{3})\b/;
function reportTurnFailure(message, typed) {
  const cause = message === "" ? "the turn failed without a message" : message;
  if (filtered.test(cause)) return reportError("agent_refused", { cause });
  const fromInfo = reportTurnError({
    message: cause,
    // The session file spells the same type in snake case.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    codexErrorInfo: camelCase(typed ?? null),
    additionalDetails: null,
    misalignment: null
  });
  if (fromInfo.kind !== "protocol") return fromInfo;
  const code = Number(status.exec(cause)?.[1]);
  if (!Number.isNaN(code)) return fromStatus(code, cause);
  const kind = messages.find(([says]) => says.test(cause))?.[1];
  return kind === void 0 ? fromBody(cause) : reportError(kind, { cause });
}
function fromStatus(code, cause) {
  if (code === 401 || code === 403) return reportError("not_logged_in", { cause });
  if (code === 429) return reportError("rate_limited", { cause });
  if (code >= 500) return reportError("overloaded", { cause });
  return reportError("protocol", { problem: cause });
}
function fromBody(cause) {
  const body = parseJson(cause);
  const error = isRecord(body) ? body["error"] : void 0;
  const code = isRecord(error) ? error["code"] : void 0;
  switch (code) {
    case "context_length_exceeded":
      return reportError("context_too_large", { cause });
    case "model_not_found":
      return reportError("model_unavailable", { problem: cause, supported: [] });
    case "insufficient_quota":
      return reportError("quota", { cause });
    default:
      return reportError("protocol", { problem: cause });
  }
}
function camelCase(value) {
  if (typeof value === "string") return camelWord(value);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [camelWord(key), camelCase(part)]));
}
function camelWord(word) {
  return word.replace(/_([a-z])/g, (_match, letter) => letter.toUpperCase());
}

// src/codex/exec/turn-end.ts
function turnOutcome(end, turn) {
  const { events, record, isGone } = turn;
  const completed2 = end.why === "closed" && events.terminal?.status === "completed";
  const error = completed2 ? missingAnswer(turn) : reportEnd(end, turn);
  const usage = ownUsage(turn);
  return {
    status: error === void 0 ? "completed" : end.why === "cancelled" ? "interrupted" : "failed",
    commands: events.commands,
    blockedWrites: record.calls.blockedWrites,
    ...isGone ? {} : { unconfirmed: true },
    ...record.turn === void 0 ? {} : { turn: record.turn },
    ...events.answer === void 0 ? {} : { answer: events.answer },
    ...usage === void 0 ? {} : { usage },
    ...error === void 0 ? {} : { error }
  };
}
function ownUsage({ events, record, isResumed }) {
  const { terminal } = events;
  if (record.usage !== void 0 || isResumed || terminal?.status !== "completed") return record.usage;
  return usageOf(terminal.usage);
}
function missingAnswer(turn) {
  const { events } = turn;
  if (events.answer !== void 0 && events.answer !== "") return void 0;
  if (!droppedOutput(turn)) return reportError("empty_answer", { commands: events.commands.length });
  return reportError("agent_refused", {
    cause: "it wrote an answer of a kind that Codex does not pass on, which is how a refusal looks"
  });
}
function droppedOutput(turn) {
  if (turn.record.turn !== void 0) return turn.record.droppedOutput;
  const usage = turn.events.hasItems ? void 0 : ownUsage(turn);
  return usage !== void 0 && usage.outputTokens > usage.reasoningTokens;
}
function reportEnd(end, turn) {
  switch (end.why) {
    case "refused":
      return end.report;
    case "cancelled":
      return reportError("cancelled", { by: "on request" });
    case "limit":
      return end.limit.reason === "timeout" ? reportError("timeout", { afterMs: end.limit.afterMs }) : reportError("stalled", { silentMs: end.limit.silentMs });
    case "exited":
      return reportExit(end.how, turn);
    case "closed": {
      const { terminal } = turn.events;
      return reportTurnFailure(terminal?.status === "failed" ? terminal.message : "", turn.record.errorInfo);
    }
  }
}
function reportExit(how, { process: process2, hasStarted }) {
  const { report } = startFailure({ ...process2, exit: how });
  if (report.kind !== "spawn_failed" || !hasStarted) return report;
  const said = process2.stderr.trim();
  const problem = `codex exec ended in the middle of the turn (${how})${said === "" ? "" : `: ${said}`}`;
  return reportError("protocol", { problem });
}

// src/codex/exec/exec-turn.ts
var refusalLimit = 20;
var ExecTurn = class {
  events;
  #setting;
  #gate;
  #readBack;
  #ended;
  #end = () => void 0;
  #thread;
  #process;
  constructor(setting) {
    const { emit, number, options, plan } = setting;
    this.#setting = setting;
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#gate = new EventGate(emit, () => this.#open());
    this.#readBack = new ReadBack(plan.codexHome, options, {
      onTerms: () => this.#termsKnown(),
      onPatienceOver: () => this.#open()
    });
    this.events = new EventReader(
      {
        emit: (event) => this.#gate.pass(event),
        onThread: (thread) => this.#named(thread),
        onAction: () => void this.#acted(),
        onNotice: (message) => this.#noticed(message),
        onTerminal: () => this.#closed()
      },
      number === 1 ? "" : `${number}:`
    );
  }
  /** To be called before Codex is started. */
  async prepare() {
    const { resume } = this.#setting;
    if (resume !== void 0) await this.#readBack.skipEarlierTurns(resume);
  }
  stray(source, text4) {
    this.#gate.pass({ type: "stray_output", source, text: text4 });
  }
  /** Follows the process to its end, whatever the end is, and leaves nothing of it. */
  async follow(process2, watchdog, signal2) {
    this.#process = process2;
    watchdog.opened("codex exec");
    const cancel = () => this.#end({ why: "cancelled" });
    if (signal2.aborted) cancel();
    signal2.addEventListener("abort", cancel, { once: true });
    void watchdog.expired.then((limit) => this.#end({ why: "limit", limit }));
    void process2.ended.then((how) => this.#end({ why: "exited", how }));
    void process2.unguarded.then(
      () => this.#refuse(reportError("protocol", { problem: "the guardian of the Codex process was ended" }))
    );
    try {
      const end = await this.#ended;
      const isGone = await process2.end(manner(end));
      await this.#readBack.finish();
      return this.#outcome(end, isGone);
    } catch (error) {
      await process2.end("kill");
      throw error;
    } finally {
      signal2.removeEventListener("abort", cancel);
      watchdog.closedAll();
    }
  }
  #refuse(report) {
    this.#end({ why: "refused", report });
  }
  #named(thread) {
    const { resume, options } = this.#setting;
    if (this.#thread !== void 0) return;
    if (resume !== void 0 && thread !== resume) {
      const problem = `it started the thread ${thread} where ${resume} was to be continued`;
      return this.#refuse(reportError("protocol", { problem }));
    }
    this.#thread = thread;
    this.#tellFacts();
    if (options.ephemeral) this.#open();
    else void this.#readBack.follow(thread);
  }
  #termsKnown() {
    this.#tellFacts();
    const { mismatch } = this.#readBack;
    if (mismatch !== void 0) this.#refuse(mismatch);
  }
  /** What may write must not act before its sandbox is known. */
  async #acted() {
    const { options } = this.#setting;
    if (options.tier !== "read-only" && this.#readBack.terms === void 0) {
      if (!await this.#readBack.look()) this.#refuse(reportUnverified(options));
    }
    this.#open();
  }
  #noticed(message) {
    const key = ignoredPin(message, this.#setting.plan.pins);
    if (key !== void 0) {
      this.#refuse(reportError("contract_changed", { what: `the configuration key ${key}` }));
    }
  }
  #closed() {
    void this.#process?.noteFamily();
    this.#end({ why: "closed" });
  }
  #tellFacts() {
    this.#setting.onFacts(this.#facts());
  }
  #facts() {
    const { options, resume } = this.#setting;
    const { record, terms } = this.#readBack;
    const model = record.model ?? options.model;
    const effort = record.effort ?? options.effort;
    return {
      thread: this.#thread ?? resume ?? "",
      sandbox: terms?.sandbox ?? unverifiedSandbox(options),
      ...model === void 0 ? {} : { model },
      ...record.provider === void 0 ? {} : { provider: record.provider },
      ...effort === void 0 ? {} : { effort }
    };
  }
  /** Tells the start of thread and turn with what is known of them, and everything since. */
  #open() {
    if (this.#gate.isOpen) return;
    const thread = { type: "thread_started", ...this.#facts() };
    const turn = { type: "turn_started", turn: this.#turnName() };
    const first = this.#thread === void 0 ? [] : this.#setting.isFirst ? [thread, turn] : [turn];
    this.#gate.open(first);
  }
  /** Codex names the turn in the session file only; without one its place in the session stands in. */
  #turnName() {
    return this.#readBack.record.turn ?? `${this.#thread}:${this.#setting.number}`;
  }
  #outcome(end, isGone) {
    const { plan, program, options, resume } = this.#setting;
    const { mismatch, record, terms } = this.#readBack;
    this.#open();
    this.#tellFacts();
    const turn = {
      events: this.events,
      record,
      isResumed: resume !== void 0,
      hasStarted: this.#thread !== void 0,
      isGone,
      process: { path: program, stderr: this.#process?.stderrTail() ?? "", pins: plan.pins }
    };
    if (turn.hasStarted && !options.ephemeral && terms === void 0) {
      this.#warn("the sandbox in force could not be read back from Codex's session file");
    }
    this.#tellCalls();
    this.#tellEnd(turn);
    return turnOutcome(mismatch === void 0 ? end : { why: "refused", report: mismatch }, turn);
  }
  /** Calls that were refused are not in the events of `exec --json` (0.169). */
  #tellCalls() {
    const { blockedWrites, refused } = this.#readBack.record.calls;
    const told = [
      ...blockedWrites.map((name) => `the sandbox refused a write: ${name}`),
      ...refused.map((call) => `Codex refused a call: ${call}`)
    ];
    for (const message of told.slice(0, refusalLimit)) this.#warn(message);
  }
  #tellEnd(turn) {
    const usage = ownUsage(turn);
    if (usage !== void 0) this.#gate.pass({ type: "usage", usage });
    const { terminal } = this.events;
    if (terminal === void 0) return;
    const message = terminal.status === "failed" ? { message: terminal.message } : {};
    this.#gate.pass({ type: "turn_completed", turn: this.#turnName(), status: terminal.status, ...message });
  }
  #warn(message) {
    this.#gate.pass({ type: "warning", source: "codex", message });
  }
};
function manner(end) {
  if (end.why === "refused") return "kill";
  return end.why === "closed" || end.why === "exited" ? "wait" : "interrupt";
}

// src/codex/exec/turn-files.ts
import { copyFile, mkdtemp as mkdtemp2, open, rm as rm2, stat, writeFile } from "node:fs/promises";
import { extname, join as join2 } from "node:path";
async function prepareTurnFiles(parentFolder, input) {
  for (const path of input.images) await checkReadable(path);
  const folder = await mkdtemp2(join2(parentFolder, "exec-"));
  const remove = async () => rm2(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const images = await Promise.all(
      input.images.map(async (path, index) => withoutComma(path, join2(folder, `image-${index}`)))
    );
    if (input.outputSchema === void 0) return { folder, images, remove };
    const outputSchemaFile = join2(folder, "output-schema.json");
    await writeFile(outputSchemaFile, JSON.stringify(input.outputSchema), { mode: 384 });
    return { folder, images, outputSchemaFile, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
async function checkReadable(path) {
  try {
    await (await open(path)).close();
    if (!(await stat(path)).isFile()) throw new Error("it is not a regular file");
  } catch (error) {
    throw new TandemError("input_unreadable", { path, cause: messageOf(error) });
  }
}
async function withoutComma(path, copy) {
  if (!path.includes(",")) return path;
  const target = `${copy}${extname(path).replaceAll(",", "")}`;
  await copyFile(path, target);
  return target;
}

// src/codex/exec/exec-session.ts
var ExecSession = class {
  pins;
  takesFollowUps;
  /** The Codex of the turn that runs now, or ran last. */
  child;
  #session;
  #closing = new AbortController();
  #facts;
  #running;
  #turns = 0;
  #isStrict = true;
  #isAnnounced = false;
  constructor(session) {
    this.#session = session;
    const { options, plan } = session;
    this.pins = plan.pins;
    this.takesFollowUps = !options.ephemeral;
    this.#facts = {
      thread: options.resume ?? "",
      sandbox: unverifiedSandbox(options),
      ...options.model === void 0 ? {} : { model: options.model },
      ...options.effort === void 0 ? {} : { effort: options.effort }
    };
  }
  get facts() {
    return this.#facts;
  }
  async run(input, watchdog, signal2) {
    if (this.#running !== void 0) {
      throw new TandemError("internal", { cause: "a turn was started on a thread that is running one" });
    }
    this.#running = this.#run(input, watchdog, AbortSignal.any([signal2, this.#closing.signal]));
    try {
      return await this.#running;
    } finally {
      this.#running = void 0;
    }
  }
  async close() {
    this.#closing.abort();
    await this.#running;
  }
  async #run(input, watchdog, signal2) {
    let files;
    try {
      const prompt = await this.#accept(input);
      files = await prepareTurnFiles(this.#session.start.folder, prompt);
      this.#turns++;
      return await this.#runTolerantly({ text: prompt.text, files, watchdog, signal: signal2 });
    } catch (error) {
      if (error instanceof TandemError) return unstarted(error.report);
      throw error;
    } finally {
      await files?.remove();
    }
  }
  /**
   * A key in the user's own files that Codex does not know is no reason to fail; Codex itself ignores it. But the first start is a strict
   * one, and not in vain: Codex looks at what we pin first, so it knows all of that when it ends over a file (0.169).
   */
  async #runTolerantly(work) {
    const { outcome, stderr } = await this.#attempt(work);
    const isRejected = this.#isStrict && outcome.error?.kind === "config_rejected";
    const stale = isRejected ? staleKey(stderr) : void 0;
    if (stale === void 0) return outcome;
    this.#isStrict = false;
    const message = `this Codex does not know a key of your configuration and ignores it: ${stale}`;
    this.#session.emit({ type: "warning", source: "codex configuration", message });
    return (await this.#attempt(work)).outcome;
  }
  /** One process, from its start to its end. */
  async #attempt({
    text: text4,
    files,
    watchdog,
    signal: signal2
  }) {
    if (signal2.aborted)
      return { outcome: unstarted(reportError("cancelled", { by: "on request" })), stderr: "" };
    const turn = this.#newTurn();
    await turn.prepare();
    const process2 = await this.#startCodex(turn, text4, files);
    return { outcome: await turn.follow(process2, watchdog, signal2), stderr: process2.stderrTail() };
  }
  async #accept(input) {
    const { options } = this.#session;
    if (input.type === "review") {
      throw new TandemError("usage", {
        problem: "Codex's own reviewer gives its findings as data to the app-server engine only."
      });
    }
    if (input.text.trim() === "") throw new TandemError("usage", { problem: "The prompt is empty." });
    if (options.ephemeral && this.#facts.thread !== "") {
      throw new TandemError("protocol", {
        problem: "an ephemeral turn of codex exec leaves no thread to go on with"
      });
    }
    const isFolder = await stat2(options.cwd).then(
      (stats) => stats.isDirectory(),
      () => false
    );
    if (!isFolder) throw new TandemError("workspace_gone", { folder: options.cwd });
    return input;
  }
  #newTurn() {
    const { start, options, plan, emit } = this.#session;
    const { thread } = this.#facts;
    return new ExecTurn({
      options,
      plan,
      emit: (event) => {
        if (event.type === "thread_started") this.#isAnnounced = true;
        emit(event);
      },
      number: this.#turns,
      isFirst: !this.#isAnnounced,
      program: start.program.path,
      onFacts: (facts) => {
        this.#facts = facts;
      },
      ...thread === "" ? {} : { resume: thread }
    });
  }
  async #startCodex(turn, prompt, files) {
    const { start, plan } = this.#session;
    const { path, parameters } = start.program;
    const { thread } = this.#facts;
    const { images, outputSchemaFile } = files;
    const words = execArguments({
      ...plan.command,
      images,
      isStrict: this.#isStrict,
      ...outputSchemaFile === void 0 ? {} : { outputSchemaFile },
      ...thread === "" ? {} : { resume: thread }
    });
    try {
      const process2 = await startCodexProcess({
        path,
        parameters: [...parameters, ...words],
        folder: start.folder,
        environment: plan.environment,
        prompt,
        platform: start.platform ?? globalThis.process.platform,
        onLine: (line) => turn.events.read(line),
        onStray: (source, text4) => turn.stray(source, text4)
      });
      const child = start.identify(process2.pid);
      if (child !== void 0) {
        this.child = child;
        start.onChild?.(child);
      }
      return process2;
    } catch (error) {
      throw new TandemError("spawn_failed", { path, cause: messageOf(error) }, { cause: error });
    }
  }
};
function unstarted(error) {
  return { status: error.kind === "cancelled" ? "interrupted" : "failed", commands: [], error };
}

// src/codex/exec/machine-rules.ts
var machineFolder = "/etc/codex/";
async function warnOfMachineRules({ tier, cwd }, codexHome, findRules = findAllowRules) {
  if (tier === "danger-full-access") return void 0;
  const rules = await findRules({ codexHome, cwd, untrusted: true });
  const ofMachine = rules.filter((path) => path.startsWith(machineFolder));
  if (ofMachine.length === 0) return void 0;
  return `Rules of this machine in ${ofMachine.join(", ")} may let matching commands run outside the sandbox; Codex cannot leave them out.`;
}

// src/codex/exec/exec-engine.ts
async function startExecEngine(start) {
  const sessions = /* @__PURE__ */ new Set();
  return {
    checkModel: async (choice) => checkModel(start, choice),
    openThread: async (options, emit) => {
      const session = await openSession(start, options, emit);
      sessions.add(session);
      return session;
    },
    close: async () => {
      await Promise.all([...sessions].map(async (session) => session.close()));
    }
  };
}
async function openSession(start, options, emit) {
  const resumed = options.resume === void 0 ? options : { ...options, resume: checkedThread(options.resume) };
  const plan = await planExec(start, resumed);
  const thread = resumed.resume === void 0 ? {} : { resume: resumed.resume };
  execArguments({ ...plan.command, ...thread, images: [], isStrict: true });
  const rules = await warnOfMachineRules(options, plan.codexHome);
  if (rules !== void 0) emit({ type: "warning", source: "codex", message: rules });
  if (options.network && options.tier === "read-only") {
    const message = "codex exec gives commands no network in read-only; only web search is on";
    emit({ type: "warning", source: "codex", message });
  }
  return new ExecSession({ start, options: resumed, plan, emit });
}
async function checkModel(start, choice) {
  if (choice.model === void 0 && choice.effort === void 0) return [];
  const [{ startAppServer: startAppServer2 }, { checkModelChoice }] = await Promise.all([
    import("./start-app-server-4WABQXVZ.mjs"),
    import("./model-catalogue-ZQF4JMYN.mjs")
  ]);
  const server = await startAppServer2({
    ...start,
    identity: { name: "codex_tandem", version: "0" },
    onEvent: () => void 0
  });
  try {
    return await checkModelChoice(server, choice);
  } finally {
    await server.close();
  }
}
export {
  startExecEngine
};
