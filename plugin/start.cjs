// Apart from bin/tandem because the programs hold syntax that an old Node cannot read. Compiling a program takes longer than most
// commands, so V8's compiled form is kept in the state root, and only there: what it holds runs as ours. ARCHITECTURE.md, "Start".
"use strict";

const fs = require("fs");
const os = require("os");
const path = require("path");
const vm = require("vm");

/** More than the programs of two versions; the oldest go. */
const mostFiles = 24;
const readFlags = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK;

const loaded = new Map();
const uncached = [];
const root = standardRoot();
const cache = root && root + path.sep + "cache";
const compiled = root && cache + path.sep + "compiled";
const isReadable =
  root !== undefined && isOurs(root, 0o022) && isOurs(cache, 0o022) && isOurs(compiled, 0o077);

try {
  const command = process.argv[2];
  if (command === "status") load("status.cjs");
  else if (command === "run-job" || command === "broker") load("runner.cjs");
  else load("cli.cjs");
} catch (error) {
  console.error("codex-tandem could not start: " + error.message + ". Installing it again repairs that.");
  process.exitCode = 4;
}

/** Runs a file of dist/ once and gives what it exports. Each is one function of the variables that CommonJS has. */
function load(name) {
  if (loaded.has(name)) return loaded.get(name).exports;
  const file = __dirname + path.sep + "dist" + path.sep + name;
  // The bundler writes ASCII only; read as such the text takes half the memory.
  const source = fs.readFileSync(file, "latin1");
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
  let module = loaded.get(name);
  if (module === undefined) loaded.set(name, (module = { exports: require(name) }));
  return module.exports;
}

/**
 * All that the compiled form depends on. The text begins with a hash of its content, because packages give all of their files one
 * date; the date is for a file that somebody edits. V8 checks its own version and flags as well.
 */
function keyOf(file, source) {
  const { mtimeMs } = fs.statSync(file);
  const { arch, env, execArgv, version, versions } = process;
  const parts = [
    file,
    source.length,
    source.slice(0, 24),
    mtimeMs,
    version,
    versions.v8,
    arch,
    execArgv,
    env.NODE_OPTIONS,
  ];
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
    if (!stats.isFile() || !isPrivate(stats, 0o077) || stats.size <= key.length) return undefined;
    const bytes = Buffer.allocUnsafeSlow(stats.size);
    if (fs.readSync(descriptor, bytes, 0, stats.size, 0) !== stats.size) return undefined;
    return bytes.compare(key, 0, key.length, 0, key.length) === 0 ? bytes.subarray(key.length) : undefined;
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
      replace(fileOf(name, key), [key, script.createCachedData()]);
    removeOldest();
  } catch {
    // A folder that cannot be written, a full disk, another process at the same work: the next start compiles again.
  }
}

/** Writes a file as a whole and durably: a half-written one could end a later start. */
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
  for (const byte of key) hash = Math.imul(hash ^ byte, 0x01000193);
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

/** The rule of src/settings/state-root.ts; undefined where that is an error. */
function stateRoot(environment) {
  const named = environment.TANDEM_HOME;
  if (named) return isAbsolute(named) ? path.resolve(named) : undefined;
  const home = os.homedir();
  const absolute = (variable, otherwise) =>
    isAbsolute(environment[variable] || "") ? environment[variable] : path.join(home, ...otherwise);
  let base;
  if (process.platform === "darwin") base = path.join(home, "Library", "Application Support");
  else if (process.platform === "win32") base = absolute("LOCALAPPDATA", ["AppData", "Local"]);
  else base = absolute("XDG_STATE_HOME", [".local", "state"]);
  return isAbsolute(base) ? path.join(base, "codex-tandem") : undefined;
}

/** On Windows a path needs a drive or a server to mean the same from every folder. */
function isAbsolute(name) {
  return process.platform === "win32" ? /^(?:[a-z]:[\\/]|[\\/]{2}[^\\/])/i.test(name) : path.isAbsolute(name);
}
