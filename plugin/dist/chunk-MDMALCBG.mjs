import {
  findWorkTreeRoot
} from "./chunk-GZK5FSE3.mjs";
import {
  tandemIdentity
} from "./chunk-VSIW6IHQ.mjs";
import {
  makeFolder
} from "./chunk-VFJKUZF5.mjs";
import {
  suggest
} from "./chunk-HGYVZI67.mjs";
import {
  escapeInvisible,
  quote,
  quotePath
} from "./chunk-6DUTFFKH.mjs";
import {
  isSettingKey,
  logLevels,
  settingKeys,
  settingOf,
  variableNameOf
} from "./chunk-M6RY2JR5.mjs";
import {
  isFullyQualified,
  isInside,
  pathsOf,
  variableOf
} from "./chunk-X7P3SKCA.mjs";
import {
  TandemError,
  messageOf
} from "./chunk-VWEJZTN3.mjs";

// src/settings/layers.ts
var prefix = "TANDEM_";
var otherVariables = ["TANDEM_HOME", "TANDEM_CODEX", "TANDEM_BROKER", "TANDEM_ENDPOINT", "TANDEM_CONFIG"];
function readFlags(flags, platform, reporter) {
  const layer = /* @__PURE__ */ new Map();
  for (const [key, given] of Object.entries(flags)) {
    if (given === void 0 || !isSettingKey(key)) continue;
    const { flag } = settingOf(key);
    if (flag === void 0)
      reporter.fault(`${key} cannot be set for one run.`, "See docs/settings.md for who may set it.");
    else addValue(layer, key, { value: given, origin: "flag" }, flag, platform, reporter);
  }
  return layer;
}
function readEnvironment({ environment, platform }, reporter) {
  const layer = /* @__PURE__ */ new Map();
  for (const key of settingKeys) {
    const { environment: rule, shortVariable } = settingOf(key);
    const names = [variableNameOf(key), ...shortVariable === void 0 ? [] : [shortVariable]];
    const name = names.find((candidate) => variableOf(environment, candidate) !== void 0);
    if (name === void 0) continue;
    if (rule === "never")
      reporter.fault(`${name} is not accepted: a variable cannot set ${key}.`, "Set it in the user file.");
    else
      addValue(layer, key, { value: variableOf(environment, name), origin: name }, name, platform, reporter);
  }
  warnOfMistypedVariables(environment, reporter);
  return layer;
}
function addValue(layer, key, given, place, platform, reporter) {
  const { kind } = settingOf(key);
  const reading = kind.read(given.value, platform);
  if (reading.ok) layer.set(key, { value: reading.value, origin: given.origin });
  else reporter.fault(`${place}: ${quote(given.value)} ${reading.problem}.`, `Give ${kind.accepts}.`);
}
function warnOfMistypedVariables(environment, reporter) {
  const shortVariables = settingKeys.map((key) => settingOf(key).shortVariable ?? []).flat();
  const known = [...settingKeys.map(variableNameOf), ...shortVariables, ...otherVariables];
  const knownEndings = known.map((name) => name.slice(prefix.length));
  for (const name of Object.keys(environment)) {
    if (!name.startsWith(prefix) || known.includes(name)) continue;
    const meant = suggest(name.slice(prefix.length), knownEndings);
    if (meant !== void 0)
      reporter.warn(`The variable ${quote(name)} is not one of ours; did you mean ${prefix}${meant}?`);
  }
}

// src/settings/project-file.ts
import { lstatSync } from "node:fs";

// src/settings/toml-file.ts
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
var settingsFileLimit = 65536;
async function readTomlFile(path, links) {
  const content = readContent(path, links);
  if (content.state !== "text") return content;
  const { parse } = await import("./dist-KL34CB7D.mjs");
  try {
    return { state: "read", entries: Object.entries(parse(content.text)) };
  } catch (error) {
    return { state: "bad", problem: `is not valid TOML: ${firstLine(messageOf(error))}` };
  }
}
function readContent(path, links) {
  const nonBlocking = constants.O_NONBLOCK ?? 0;
  const noFollow = links === "refuse" ? constants.O_NOFOLLOW ?? 0 : 0;
  let descriptor;
  try {
    descriptor = openSync(path, constants.O_RDONLY | nonBlocking | noFollow);
  } catch (error) {
    return openingProblem(codeOf(error));
  }
  try {
    return readRegularFile(descriptor);
  } catch (error) {
    return { state: "bad", problem: `cannot be read (${codeOf(error) ?? "unknown reason"})` };
  } finally {
    closeSync(descriptor);
  }
}
function openingProblem(code) {
  if (code === "ENOENT" || code === "ENOTDIR") return { state: "absent" };
  if (code === "ELOOP" || code === "EMLINK") return { state: "bad", problem: "is a symbolic link" };
  return { state: "bad", problem: `cannot be read (${code ?? "unknown reason"})` };
}
function readRegularFile(descriptor) {
  const { size } = fstatSync(descriptor);
  if (!fstatSync(descriptor).isFile()) return { state: "bad", problem: "is not a regular file" };
  if (size > settingsFileLimit) return { state: "bad", problem: `is larger than ${settingsFileLimit} bytes` };
  const buffer = Buffer.alloc(size);
  let length = 0;
  while (length < size) {
    const read = readSync(descriptor, buffer, length, size - length, null);
    if (read === 0) break;
    length += read;
  }
  try {
    return {
      state: "text",
      text: new TextDecoder("utf-8", { fatal: true }).decode(buffer.subarray(0, length))
    };
  } catch {
    return { state: "bad", problem: "is not valid UTF-8" };
  }
}
function codeOf(error) {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : void 0;
}
function firstLine(text) {
  return escapeInvisible(text.split("\n", 1)[0]?.trim() ?? "");
}

// src/settings/user-file.ts
import { realpathSync } from "node:fs";

// src/settings/platform-folders.ts
var folderName = "codex-tandem";
function platformFolder(purpose, machine) {
  const base = baseFolder(purpose, machine);
  return isFullyQualified(base, machine.platform) ? pathsOf(machine.platform).join(base, folderName) : void 0;
}
function baseFolder(purpose, machine) {
  const { platform, home } = machine;
  const paths = pathsOf(platform);
  if (platform === "darwin") return paths.join(home, "Library", "Application Support");
  if (platform === "win32") {
    return purpose === "configuration" ? absoluteVariable("APPDATA", machine, paths.join(home, "AppData", "Roaming")) : absoluteVariable("LOCALAPPDATA", machine, paths.join(home, "AppData", "Local"));
  }
  return purpose === "configuration" ? absoluteVariable("XDG_CONFIG_HOME", machine, paths.join(home, ".config")) : absoluteVariable("XDG_STATE_HOME", machine, paths.join(home, ".local", "state"));
}
function absoluteVariable(name, { environment, platform }, otherwise) {
  const value = variableOf(environment, name);
  return value !== void 0 && isFullyQualified(value, platform) ? value : otherwise;
}

// src/settings/user-file.ts
var fileName = "config.toml";
function locateUserFile(machine) {
  const named = variableOf(machine.environment, "TANDEM_CONFIG");
  if (named !== void 0) return { path: named, named: true };
  const folder = platformFolder("configuration", machine);
  return folder === void 0 ? void 0 : { path: pathsOf(machine.platform).join(folder, fileName), named: false };
}
async function readUserFile(machine, projectRoot, reporter) {
  const layer = /* @__PURE__ */ new Map();
  const place = locateUserFile(machine);
  if (place === void 0 || !isAcceptable(place, machine, projectRoot, reporter)) return layer;
  const { path, named } = place;
  const reading = await readTomlFile(path, "follow");
  if (reading.state === "absent") {
    if (named)
      reporter.fault(`TANDEM_CONFIG names ${quotePath(path)}, which does not exist.`, "Correct or unset it.");
    return layer;
  }
  if (reading.state === "bad") {
    reporter.fault(
      `${quotePath(path)} ${reading.problem}.`,
      "Correct the file; docs/settings.md lists what it takes."
    );
    return layer;
  }
  for (const [key, value] of reading.entries) {
    if (isSettingKey(key))
      addValue(
        layer,
        key,
        { value, origin: path },
        `${key} in ${quotePath(path)}`,
        machine.platform,
        reporter
      );
    else
      reporter.fault(
        `${quotePath(path)}: ${describeUnknownKey(key)}.`,
        "docs/settings.md lists all settings."
      );
  }
  return layer;
}
function describeUnknownKey(key) {
  const meant = suggest(key, settingKeys);
  return `unknown setting ${quote(key)}${meant === void 0 ? "" : `; did you mean ${meant}?`}`;
}
function isAcceptable({ path, named }, machine, projectRoot, reporter) {
  if (named && !isFullyQualified(path, machine.platform)) {
    reporter.fault(
      `TANDEM_CONFIG must be an absolute path; it is ${quotePath(path)}.`,
      "Name an absolute path or unset it."
    );
    return false;
  }
  if (projectRoot === void 0 || !isFromProject(path, machine, projectRoot)) return true;
  reporter.fault(
    `The user file ${quotePath(path)} lies in the project, whose files must not grant rights.`,
    "Move it out of the project, and see who set TANDEM_CONFIG or the variable of the configuration folder."
  );
  return false;
}
function isFromProject(path, machine, projectRoot) {
  const standard = locateUserFile({ ...machine, environment: {} });
  if (path === standard?.path) return false;
  return isInside(realPathOf(path), realPathOf(projectRoot), machine.platform);
}
function realPathOf(path) {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

// src/settings/project-file.ts
var warningLimit = 10;
async function readProjectFile(projectRoot, platform, inForce) {
  const folder = pathsOf(platform).join(projectRoot, ".tandem");
  const path = pathsOf(platform).join(folder, "config.toml");
  const narrowed = /* @__PURE__ */ new Map();
  const reading = await readFrom(folder, path);
  if (reading.state === "absent") return { narrowed, warnings: [] };
  if (reading.state === "bad")
    return { narrowed, warnings: [`The project file ${quotePath(path)} ${reading.problem}; it is ignored.`] };
  const problems = [];
  for (const [key, value] of reading.entries) {
    const outcome = narrow(key, value, platform, inForce);
    if (outcome.problem !== void 0)
      problems.push(`${quotePath(path)}: ${outcome.problem}; it is ignored.`);
    if (outcome.key !== void 0) narrowed.set(outcome.key, { value: outcome.value, origin: path });
  }
  return { narrowed, warnings: limitWarnings(problems, path) };
}
function narrow(key, asked, platform, inForce) {
  if (!isSettingKey(key)) return { problem: describeUnknownKey(key) };
  const { kind, project, projectMinimum } = settingOf(key);
  const { narrowing } = kind;
  if (project === "never" || narrowing === void 0) return { problem: `a project may not set ${key}` };
  const reading = kind.read(asked, platform);
  if (!reading.ok) return { problem: `${key} = ${quote(asked)} ${reading.problem}` };
  if (inForce.isSetForRun(key)) return {};
  const { value } = reading;
  const current = inForce.given.get(key);
  const allowed = current === void 0 ? settingOf(key).default : current.value;
  if (!narrowing.isWithin(value, allowed))
    return { problem: `${key} = ${quote(asked)} is wider than ${quote(kind.format(allowed))}` };
  if (projectMinimum !== void 0 && typeof value === "number" && value < projectMinimum)
    return {
      problem: `${key} = ${quote(asked)} is less than ${kind.format(projectMinimum)}, the least that a project may ask for`
    };
  return narrowing.as === "limit" && current !== void 0 ? {} : { key, value };
}
async function readFrom(folder, path) {
  try {
    if (lstatSync(folder).isSymbolicLink()) return { state: "bad", problem: "is behind a symbolic link" };
    if (lstatSync(path).isSymbolicLink()) return { state: "bad", problem: "is a symbolic link" };
  } catch {
    return { state: "absent" };
  }
  return readTomlFile(path, "refuse");
}
function limitWarnings(problems, path) {
  if (problems.length <= warningLimit) return problems;
  const left = problems.length - warningLimit;
  return [...problems.slice(0, warningLimit), `${quotePath(path)}: ${left} more problems of this kind.`];
}

// src/settings/reporter.ts
function makeReporter(mode) {
  const warnings = [];
  return {
    warnings,
    fault: (problem, hint) => {
      if (mode === "strict") throw new TandemError("usage", { problem, hint });
      warnings.push(`${problem} It is ignored.`);
    },
    warn: (problem) => warnings.push(problem)
  };
}

// src/settings/load.ts
async function loadSettings(request) {
  const reporter = makeReporter(request.mode);
  const flags = readFlags(request.flags ?? {}, request.platform, reporter);
  const variables = readEnvironment(request, reporter);
  const userFile = await readUserFile(request, request.projectRoot, reporter);
  const given = new Map([...userFile, ...variables, ...flags]);
  if (request.projectRoot === void 0) return summarise(given, reporter.warnings);
  const isSetForRun = (key) => flags.has(key) || variables.has(key);
  const project = await readProjectFile(request.projectRoot, request.platform, { given, isSetForRun });
  return summarise(new Map([...given, ...project.narrowed]), [...reporter.warnings, ...project.warnings]);
}
function summarise(given, warnings) {
  const values = {};
  const origins = {};
  for (const key of settingKeys) {
    const found = given.get(key);
    values[key] = found === void 0 ? settingOf(key).default : found.value;
    origins[key] = found?.origin ?? "default";
  }
  return { values, origins, warnings };
}

// src/settings/log.ts
import { appendFileSync } from "node:fs";
import { dirname, join } from "node:path";
function openLog(level, file, stateRoot) {
  if (level === "off") return () => void 0;
  const path = file ?? join(stateRoot, "tandem.log");
  let isBroken = false;
  return (lineLevel, message, details) => {
    if (isBroken || logLevels.indexOf(lineLevel) > logLevels.indexOf(level)) return;
    const line = JSON.stringify({
      at: (/* @__PURE__ */ new Date()).toISOString(),
      level: lineLevel,
      pid: process.pid,
      message,
      details
    });
    try {
      makeFolder(dirname(path));
      appendFileSync(path, `${line}
`, { mode: 384 });
    } catch {
      isBroken = true;
    }
  };
}

// src/settings/state-root.ts
function resolveStateRoot(machine) {
  const named = variableOf(machine.environment, "TANDEM_HOME");
  if (named !== void 0) {
    if (isFullyQualified(named, machine.platform)) return pathsOf(machine.platform).resolve(named);
    throw new TandemError("usage", {
      problem: `TANDEM_HOME must be an absolute path; it is ${quotePath(named)}.`,
      hint: "Name an absolute folder, or unset TANDEM_HOME."
    });
  }
  const folder = platformFolder("state", machine);
  if (folder !== void 0) return folder;
  throw new TandemError("usage", {
    problem: `There is no place for the state folder: the home folder ${quotePath(machine.home)} is not absolute.`,
    hint: "Name an absolute folder in TANDEM_HOME."
  });
}

// src/surfaces/cli/session.ts
async function openSession(world, cwd, flags = {}) {
  const stateRoot = resolveStateRoot(world);
  const workTreeRoot = findWorkTreeRoot(cwd);
  const settings = await loadSettings({
    ...world,
    mode: "strict",
    ...flags === void 0 ? {} : { flags },
    ...workTreeRoot === void 0 ? {} : { projectRoot: workTreeRoot }
  });
  const { openJobStore } = await import("./store-BKSHZ22D.mjs");
  const redaction = flags === void 0 ? {} : { redact: (await import("./redact-45RUUQVZ.mjs")).redact };
  const problems = [];
  const log = openLog(settings.values.log_level, settings.values.log_file, stateRoot);
  const store = openJobStore(stateRoot, {
    reportProblem: (problem) => {
      problems.push(`${problem.path}: ${problem.problem}`);
      log("warning", problem.problem, problem);
    },
    tandem: tandemIdentity(),
    ...redaction
  });
  return { world, stateRoot, workspace: workTreeRoot ?? cwd, settings, store, log, problems };
}

export {
  openSession
};
