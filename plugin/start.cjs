// Apart from bin/tandem because the programs hold syntax that an old Node cannot read. Compiling a program takes longer than most
// commands, so V8's compiled form is kept in the state root, and only there: what it holds runs as ours. ARCHITECTURE.md, "Start".
"use strict";

// In place of `require`, which prepares each of them for `import` as well.
const fs = process.getBuiltinModule("fs");
const path = process.getBuiltinModule("path");
const vm = process.getBuiltinModule("vm");

/** More than the usual commands of two versions; the oldest go. */
const mostFiles = 48;
const readFlags = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK;

/** Modules of Node that take long to load and that a command rarely needs all of. They are used as namespaces only. */
const slow = new Set(
  [
    "child_process",
    "crypto",
    "fs/promises",
    "http",
    "net",
    "os",
    "readline",
    "readline/promises",
    "timers/promises",
  ].map((name) => "node:" + name),
);

const loaded = new Map();
const uncached = [];
const root = standardRoot();
const cache = root && root + path.sep + "cache";
const compiled = root && cache + path.sep + "compiled";
const isReadable =
  root !== undefined && isOurs(root, 0o022) && isOurs(cache, 0o022) && isOurs(compiled, 0o077);

/** A name of ours, as far as can be told here. */
const command = /^[a-z-]{1,24}$/.exec(process.argv[2] || "")?.[0];

try {
  if (command === "status") load("status.cjs");
  else if (command === "task" || command === "consult") load("run.cjs");
  else if (command === "run-job" || command === "broker") load("runner.cjs");
  else if (command === "mcp" && process.argv.length === 3) load("mcp.cjs");
  else if (command === "hook") load("hook.cjs");
  else load("cli.cjs");
} catch (error) {
  console.error("codex-tandem could not start: " + error.message + ". Installing it again repairs that.");
  process.exitCode = 4;
}

/** Runs a file of dist/ once and gives what it exports. Each is one function of the variables that CommonJS has. */
function load(name) {
  if (loaded.has(name)) return loaded.get(name).exports;
  const file = __dirname + path.sep + "dist" + path.sep + name;
  // As UTF-8, for which Node has a reader that takes a fifth of the time of the others.
  const source = fs.readFileSync(file, "utf8");
  const key = root === undefined ? undefined : keyOf(file, source);
  const cachedData = isReadable ? readCompiled(name, key) : undefined;
  const script = new vm.Script(source, { filename: file, cachedData });
  const module = { exports: {} };
  loaded.set(name, module);
  script.runInThisContext()(module.exports, requireFrom, module, file, path.dirname(file));
  if (key !== undefined && (cachedData === undefined || script.cachedDataRejected)) {
    if (uncached.length === 0) process.once("exit", writeCompiled);
    uncached.push({ name, key, script });
  }
  return module.exports;
}

/** `require` for the files of dist/: those beside them come by way of the cache too. */
function requireFrom(name) {
  if (name.startsWith("./")) return load(name.slice(2));
  return slow.has(name) ? whenUsed(name) : process.getBuiltinModule(name) || require(name);
}

/** Stands for a module of Node until something of it is used: a program names all that any of its commands may need. */
function whenUsed(name) {
  return new Proxy({}, { get: (_target, key) => process.getBuiltinModule(name)[key] });
}

/**
 * All that the compiled form depends on. The text begins with a hash of its content, because packages give all of their files one
 * date; the date is for a file that somebody edits. V8 checks its own version and flags as well. Each command has a form of its
 * own: what is compiled is what one of them used, neither more nor less.
 */
function keyOf(file, source) {
  const { mtimeMs } = fs.statSync(file);
  const { arch, env, execArgv, execPath, version } = process;
  const content = [source.length, source.slice(0, 24), mtimeMs];
  const parts = [file, ...content, version, execPath, arch, execArgv, env.NODE_OPTIONS, command];
  const text = JSON.stringify(parts);
  // V8 reads compiled code where a pointer may lie.
  return Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
}

/** Undefined unless the file is ours alone and was written for exactly this key. */
function readCompiled(name, key) {
  let descriptor;
  try {
    descriptor = fs.openSync(fileOf(name, key), readFlags);
    const stats = fs.fstatSync(descriptor);
    const { size } = stats;
    if (!stats.isFile() || !isPrivate(stats, 0o077) || size <= 2 * key.length) return undefined;
    const bytes = Buffer.allocUnsafeSlow(size);
    if (fs.readSync(descriptor, bytes, 0, size, 0) !== size) return undefined;
    // At its end as well: V8 looks at the length of the code alone.
    const isWhole = [0, size - key.length].every((at) => key.compare(bytes, at, at + key.length) === 0);
    return isWhole ? bytes.subarray(key.length, size - key.length) : undefined;
  } catch {
    // Missing, or not to be read: the program is compiled as if there were no cache.
    return undefined;
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}

/** At the end of the process, when all that was used is compiled. */
function writeCompiled() {
  try {
    // Nothing is made before the first job makes the state root.
    if (!isOurs(root, 0o022)) return;
    for (const folder of [cache, compiled]) {
      if (fs.lstatSync(folder, { throwIfNoEntry: false }) === undefined)
        fs.mkdirSync(folder, { mode: 0o700 });
    }
    if (!isOurs(cache, 0o022) || !isOurs(compiled, 0o077)) return;
    for (const { name, key, script } of uncached)
      replace(fileOf(name, key), [key, script.createCachedData(), key]);
    removeOldest();
  } catch {
    // A folder that cannot be written, a full disk, another process at the same work: the next start compiles again.
  }
}

/** Writes a file as a whole and durably: V8 fails with the whole process on code of which a part is missing. */
function replace(file, parts) {
  const draft = file + "." + process.pid + ".tmp";
  const descriptor = fs.openSync(draft, "wx", 0o600);
  try {
    fs.writevSync(descriptor, parts);
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
  fs.renameSync(draft, file);
}

/** Those of versions and of Nodes that are not used any more, and drafts that were left behind. */
function removeOldest() {
  const files = fs.readdirSync(compiled).map((name) => compiled + path.sep + name);
  if (files.length <= mostFiles) return;
  const byAge = files.map((file) => ({ file, at: fs.statSync(file).mtimeMs })).sort((a, b) => b.at - a.at);
  for (const { file } of byAge.slice(mostFiles)) fs.unlinkSync(file);
}

function fileOf(name, key) {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key[at], 0x01000193);
  return compiled + path.sep + name + "-" + (hash >>> 0).toString(16);
}

/** True for a folder that only we may change, or with 0o077 look into. */
function isOurs(folder, mask) {
  const stats = fs.lstatSync(folder, { throwIfNoEntry: false });
  return stats !== undefined && stats.isDirectory() && isPrivate(stats, mask);
}

/** Windows has no owners of this kind; there the access list of the profile folder protects the state root. */
function isPrivate({ uid, mode }, mask) {
  return process.geteuid === undefined || (uid === process.geteuid() && (mode & mask) === 0);
}

/**
 * The state root when it is the standard one below the home folder. One that a variable names may lie in a workspace, whose files
 * sandboxed commands may write and a repository may bring along.
 */
function standardRoot() {
  const standard = stateRoot({});
  return stateRoot(process.env) === standard ? standard : undefined;
}

/** The rule of src/settings/state-root.ts; undefined where that is an error, or where only the system knows the home folder. */
function stateRoot(environment) {
  const { env, platform } = process;
  const named = environment.TANDEM_HOME;
  if (named) return isAbsolute(named) ? path.resolve(named) : undefined;
  const home = env[platform === "win32" ? "USERPROFILE" : "HOME"] || "";
  const absolute = (variable, otherwise) =>
    isAbsolute(environment[variable] || "") ? environment[variable] : home + otherwise;
  let base;
  if (platform === "darwin") base = home + "/Library/Application Support";
  else if (platform === "win32") base = absolute("LOCALAPPDATA", "\\AppData\\Local");
  else base = absolute("XDG_STATE_HOME", "/.local/state");
  return isAbsolute(home) && isAbsolute(base) ? path.join(base, "codex-tandem") : undefined;
}

/** On Windows a path needs a drive or a server to mean the same from every folder. */
function isAbsolute(name) {
  return process.platform === "win32" ? /^(?:[a-z]:[\\/]|[\\/]{2}[^\\/])/i.test(name) : name.startsWith("/");
}
