import {
  knownFolders,
  pathFolders,
  programNames
} from "./chunk-PMBPFWK3.mjs";
import {
  makeFolder
} from "./chunk-VFJKUZF5.mjs";
import {
  quote,
  quotePath
} from "./chunk-6DUTFFKH.mjs";
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

// src/codex/installed-codex.ts
import { join as join3 } from "node:path";

// src/codex/file-view.ts
import { constants } from "node:fs";
import { access, open, realpath, stat } from "node:fs/promises";
var disk = {
  realPath: async (path) => {
    try {
      return await realpath(path);
    } catch {
      return void 0;
    }
  },
  isProgram: async (path) => {
    try {
      await access(path, constants.X_OK);
      return (await stat(path)).isFile();
    } catch {
      return false;
    }
  },
  readStart: async (path, bytes) => {
    try {
      if (!(await stat(path)).isFile()) return Buffer.alloc(0);
      const file = await open(path);
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    } catch {
      return Buffer.alloc(0);
    }
  }
};

// src/codex/platform-package.ts
var architectures = { x64: "x86_64", arm64: "aarch64" };
var systems = {
  linux: { name: "linux", suffix: "unknown-linux-musl", program: "codex" },
  android: { name: "linux", suffix: "unknown-linux-musl", program: "codex" },
  darwin: { name: "darwin", suffix: "apple-darwin", program: "codex" },
  win32: { name: "win32", suffix: "pc-windows-msvc", program: "codex.exe" }
};
function platformPackageOf(platform, architecture) {
  const system = systems[platform];
  const machine = architectures[architecture];
  if (system === void 0 || machine === void 0) return void 0;
  return {
    name: `codex-${system.name}-${architecture}`,
    program: [`${machine}-${system.suffix}`, "bin", system.program]
  };
}

// src/codex/npm-package.ts
async function packageOfScript(script, target, files) {
  const paths = pathsOf(target.platform);
  if (paths.basename(script) !== "codex.js") return void 0;
  const folder = paths.dirname(paths.dirname(script));
  const description = await files.readStart(paths.join(folder, "package.json"), 65536);
  return nameOf(description.toString("utf8")) === "@openai/codex" ? folder : void 0;
}
async function findNativeProgram(folder, target, files) {
  const platformPackage = platformPackageOf(target.platform, target.architecture);
  if (platformPackage === void 0) return void 0;
  const paths = pathsOf(target.platform);
  const packages = moduleFolders(folder, target.platform).map(
    (modules) => paths.join(modules, "@openai", platformPackage.name)
  );
  for (const candidate of [...packages, folder]) {
    const program = paths.join(candidate, "vendor", ...platformPackage.program);
    if (await files.isProgram(program)) return files.realPath(program);
  }
  return void 0;
}
function moduleFolders(folder, platform) {
  const paths = pathsOf(platform);
  const folders = [];
  for (let current = folder; ; current = paths.dirname(current)) {
    if (paths.basename(current) !== "node_modules") folders.push(paths.join(current, "node_modules"));
    if (paths.dirname(current) === current) return folders;
  }
}
function nameOf(packageJson) {
  try {
    const description = JSON.parse(packageJson);
    return typeof description === "object" && description !== null && "name" in description ? description.name : void 0;
  } catch {
    return void 0;
  }
}

// src/codex/program.ts
var packagesBesideShim = [
  // npm on Windows
  ["node_modules", "@openai", "codex"],
  // bun
  ["..", "install", "global", "node_modules", "@openai", "codex"],
  // volta, on Unix and on Windows
  ["..", "tools", "image", "packages", "@openai", "codex", "lib", "node_modules", "@openai", "codex"],
  ["..", "tools", "image", "packages", "@openai", "codex", "node_modules", "@openai", "codex"]
];
var shimTarget = /"(?:%~?dp0%?|\$basedir)[\\/]+([^"\r\n]*?codex\.js)"/i;
async function resolveProgram(found, target, files) {
  const real = await files.realPath(found);
  if (real === void 0) return void 0;
  const paths = pathsOf(target.platform);
  if (/\.[cm]?js$/i.test(real)) return resolveScript(real, target, files);
  const start = await files.readStart(real, 16384);
  if (isNative(start)) {
    const isCodexItself = paths.basename(real).toLowerCase().startsWith("codex");
    if (isCodexItself && !await isBunLauncher(found, target, files))
      return { path: real, argumentsPrefix: [], native: true };
    return await resolveBeside(found, target, files) ?? { path: found, argumentsPrefix: [], native: false };
  }
  const behind = await resolveShimText(start.toString("utf8"), real, target, files) ?? (isWindowsShim(real) ? await resolveBeside(found, target, files) : void 0);
  if (behind !== void 0) return behind;
  const canBeStarted = !isWindowsShim(real) && (start.length === 0 || start.toString("latin1", 0, 2) === "#!");
  return canBeStarted ? { path: found, argumentsPrefix: [], native: false } : void 0;
}
async function resolveScript(script, target, files) {
  const folder = await packageOfScript(script, target, files);
  const program = folder === void 0 ? void 0 : await findNativeProgram(folder, target, files);
  return program === void 0 ? { path: target.nodePath, argumentsPrefix: [script], native: false } : { path: program, argumentsPrefix: [], native: true };
}
async function resolveShimText(text, shim, target, files) {
  const paths = pathsOf(target.platform);
  const relative = shimTarget.exec(text)?.[1];
  if (relative === void 0) return void 0;
  const parts = relative.split(/[\\/]+/);
  const script = await files.realPath(paths.join(paths.dirname(shim), ...parts));
  return script === void 0 ? void 0 : resolveScript(script, target, files);
}
async function resolveBeside(shim, target, files) {
  const paths = pathsOf(target.platform);
  for (const place of packagesBesideShim) {
    const script = await files.realPath(paths.join(paths.dirname(shim), ...place, "bin", "codex.js"));
    if (script !== void 0) return resolveScript(script, target, files);
  }
  return void 0;
}
async function isBunLauncher(found, target, files) {
  if (target.platform !== "win32") return false;
  return await files.realPath(found.replace(/\.exe$/i, ".bunx")) !== void 0;
}
function isWindowsShim(path) {
  return /\.(?:cmd|bat|ps1)$/i.test(path);
}
var nativeMarks = ["7f454c46", "feedface", "feedfacf", "cefaedfe", "cffaedfe", "cafebabe", "4d5a"];
function isNative(start) {
  const head = start.toString("hex", 0, 4);
  return nativeMarks.some((mark) => head.startsWith(mark));
}

// src/codex/locate.ts
async function findCodex(request, files = disk) {
  const named = variableOf(request.environment, "TANDEM_CODEX");
  if (named !== void 0) return findNamed(named, request, files);
  const skipped = [];
  const pathList = pathFolders(request);
  const known = knownFolders(request).filter((folder) => !pathList.includes(folder));
  const places = [
    { origin: "PATH", folders: pathList },
    { origin: "known place", folders: known }
  ];
  for (const { origin, folders } of places) {
    for (const found of candidates(folders, request.platform)) {
      const program = await tryCandidate(found, request, files, skipped);
      if (program !== void 0) return { ...program, resolvedFrom: found, origin, skipped };
    }
  }
  throw notFound([`PATH (${pathList.length} folders)`, ...known], skipped);
}
async function findNamed(named, request, files) {
  const fail = (cause) => new TandemError(
    "codex_not_installed",
    { searched: [named], cause: `TANDEM_CODEX names ${quotePath(named)}, ${cause}.` },
    { repair: { say: "Name the Codex program by its absolute path in TANDEM_CODEX, or unset it." } }
  );
  if (!isFullyQualified(named, request.platform)) throw fail("which is not an absolute path");
  const isScript = /\.[cm]?js$/i.test(named);
  if (!isScript && !await files.isProgram(named)) throw fail("which is not a file that can be run");
  const program = await resolveProgram(named, request, files);
  if (program === void 0) throw fail("which cannot be started without a shell");
  return { ...program, resolvedFrom: named, origin: "TANDEM_CODEX", skipped: [] };
}
function candidates(folders, platform) {
  const names = programNames(platform);
  return folders.flatMap((folder) => names.map((name) => pathsOf(platform).join(folder, name)));
}
async function tryCandidate(found, request, files, skipped) {
  if (!await files.isProgram(found)) return void 0;
  const program = await resolveProgram(found, request, files);
  if (program === void 0) {
    skipped.push(`${quotePath(found)} was not taken: no program is behind this shim.`);
    return void 0;
  }
  const started = program.path === request.nodePath ? program.argumentsPrefix : [program.path];
  if (!await touchesWorkspace([found, ...started], request, files)) return program;
  skipped.push(
    `${quotePath(found)} was not taken: it lies in the workspace, so the repository may have brought it.`
  );
  return void 0;
}
async function touchesWorkspace(involved, { workspace, home, platform }, files) {
  if (workspace === void 0) return false;
  const realWorkspace = await files.realPath(workspace) ?? workspace;
  const realHome = await files.realPath(home) ?? home;
  if (isInside(realHome, realWorkspace, platform)) return false;
  for (const step of involved.flatMap((path) => stepsTo(path, platform))) {
    const real = await files.realPath(step) ?? step;
    if (isInside(real, realWorkspace, platform)) return true;
  }
  return false;
}
function stepsTo(path, platform) {
  const parent = pathsOf(platform).dirname(path);
  return parent === path ? [path] : [path, ...stepsTo(parent, platform)];
}
function notFound(searched, skipped) {
  if (skipped.length === 0) return new TandemError("codex_not_installed", { searched });
  const cause = `No Codex that may be run was found. ${skipped.join(" ")} Searched: ${searched.join(", ")}.`;
  const say = "If one of the refused files is yours, name it in TANDEM_CODEX; else install Codex.";
  return new TandemError(
    "codex_not_installed",
    { searched, cause },
    { repair: { say, command: "npm install --global @openai/codex" } }
  );
}

// src/codex/version-order.ts
var versionForm = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;
function parseVersion(text) {
  const match = versionForm.exec(text);
  if (match === null) return void 0;
  return {
    numbers: [Number(match[1]), Number(match[2]), Number(match[3])],
    preRelease: match[4]?.split(".") ?? []
  };
}
function compareVersions(left, right) {
  for (const [index, number] of left.numbers.entries()) {
    const difference = number - (right.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.preRelease.length === 0 || right.preRelease.length === 0)
    return right.preRelease.length - left.preRelease.length;
  return comparePreReleases(left.preRelease, right.preRelease);
}
function comparePreReleases(left, right) {
  for (const [index, identifier] of left.entries()) {
    const other = right[index];
    if (other === void 0) return 1;
    const difference = compareIdentifiers(identifier, other);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
function compareIdentifiers(left, right) {
  const [leftIsNumber, rightIsNumber] = [/^\d+$/.test(left), /^\d+$/.test(right)];
  if (leftIsNumber && rightIsNumber) return Number(left) - Number(right);
  if (leftIsNumber !== rightIsNumber) return leftIsNumber ? -1 : 1;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

// src/codex/supported-versions.ts
var testedRange = { from: "0.169.0", to: "0.169.x" };
var minimumVersion = "0.169.0";
var versionOverride = "The setting allow_unsupported_codex (TANDEM_ALLOW_UNSUPPORTED_CODEX=1)";
function rangeOf(version) {
  const parsed = parseVersion(version);
  if (parsed === void 0) return "unknown";
  if (compareVersions(parsed, versionOf(minimumVersion)) < 0) return "older";
  const [major, minor] = versionOf(testedRange.from).numbers;
  return parsed.numbers[0] === major && parsed.numbers[1] === minor ? "tested" : "newer";
}
function checkVersion(codex, allowUnsupported) {
  const range = rangeOf(codex.version);
  if (allowUnsupported || range === "tested") return { range, warnings: [] };
  if (range === "newer") return { range, warnings: [newerWarning(codex.version)] };
  throw new TandemError("codex_unsupported", {
    ...codex,
    minimum: minimumVersion,
    override: versionOverride
  });
}
function newerWarning(version) {
  return `Codex ${version} is newer than the tested ${testedRange.to}; it runs, but details may differ. ${versionOverride} silences this.`;
}
function versionOf(text) {
  const parsed = parseVersion(text);
  if (parsed === void 0) throw new Error(`${text} is not a version`);
  return parsed;
}

// src/codex/version.ts
import { mkdtemp, realpath as realpath2, rm as rm2, stat as stat2 } from "node:fs/promises";
import { join as join2 } from "node:path";

// src/codex/version-cache.ts
import { randomBytes } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
var entryLimit = 8;
var fileName = "codex-version.json";
async function recallVersion(folder, identity) {
  const entries = await readEntries(folder);
  return entries.find(
    ({ path, mtimeMs, size }) => path === identity.path && mtimeMs === identity.mtimeMs && size === identity.size
  )?.version;
}
async function rememberVersion(folder, identity, version) {
  const others = (await readEntries(folder)).filter(({ path }) => path !== identity.path);
  const entries = [{ ...identity, version }, ...others].slice(0, entryLimit);
  const temporary = join(folder, `${fileName}.${randomBytes(6).toString("hex")}`);
  try {
    makeFolder(folder);
    await writeFile(temporary, JSON.stringify({ entries }), { flag: "wx", mode: 384 });
    await rename(temporary, join(folder, fileName));
  } catch {
    await rm(temporary, { force: true }).catch(ignore);
  }
}
async function readEntries(folder) {
  try {
    const content = JSON.parse(await readFile(join(folder, fileName), "utf8"));
    if (typeof content !== "object" || content === null || !("entries" in content)) return [];
    return Array.isArray(content.entries) ? content.entries.filter(isEntry) : [];
  } catch {
    return [];
  }
}
function isEntry(value) {
  if (typeof value !== "object" || value === null) return false;
  if (!("path" in value && "mtimeMs" in value && "size" in value && "version" in value)) return false;
  const { path, mtimeMs, size, version } = value;
  return typeof path === "string" && typeof version === "string" && typeof mtimeMs === "number" && typeof size === "number";
}
function ignore() {
}

// src/codex/version-process.ts
import { spawn } from "node:child_process";
import { dirname } from "node:path";
var outputLimit = 65536;
async function askProgram(question) {
  const { path, argumentsList, environment, timeoutMs } = question;
  return new Promise((resolve) => {
    let child;
    try {
      child = spawn(path, argumentsList, {
        cwd: dirname(path),
        env: { ...environment },
        stdio: ["ignore", "pipe", "ignore"],
        // An own process group on Unix, so that the end of it reaches what a wrapper started.
        detached: process.platform !== "win32",
        windowsHide: true
      });
    } catch (error) {
      resolve({ ok: false, problem: messageOf(error) });
      return;
    }
    let output = "";
    const finish = (answer) => {
      clearTimeout(timer);
      child.stdout?.destroy();
      resolve(answer);
    };
    const giveUp = (problem) => {
      killGroup(child);
      finish({ ok: false, problem });
    };
    const timer = setTimeout(() => giveUp(`it gave no version within ${timeoutMs} ms`), timeoutMs);
    child.stdout?.setEncoding("utf8").on("data", (text) => {
      output += text;
      if (output.length > outputLimit) giveUp("it writes without end when asked for its version");
    });
    child.on("error", (error) => finish({ ok: false, problem: error.message }));
    child.on(
      "close",
      (code, signal) => finish(
        code === 0 ? { ok: true, output } : {
          ok: false,
          problem: `it ended with ${signal ?? `exit code ${code}`} when asked for its version`
        }
      )
    );
  });
}
function killGroup(child) {
  if (child.pid === void 0) return;
  try {
    if (process.platform === "win32") child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch {
  }
}

// src/codex/version.ts
var defaultTimeoutMs = 2e4;
var versionLine = /^codex(?:-cli)? (\S+)[ \t]*$/m;
async function readCodexVersion(program, request) {
  const identity = program.native ? await identityOf(program.path) : void 0;
  const known = identity === void 0 ? void 0 : await recallVersion(request.cacheFolder, identity);
  if (known !== void 0 && parseVersion(known) !== void 0) return known;
  const version = await askVersion(program, request);
  if (identity !== void 0) await rememberVersion(request.cacheFolder, identity, version);
  return version;
}
async function askVersion(program, request) {
  const home = await makeThrowawayHome(request.cacheFolder);
  const answer = await askProgram({
    path: program.path,
    argumentsList: [...program.argumentsPrefix, "--version"],
    environment: home === void 0 ? request.environment : { ...request.environment, CODEX_HOME: home },
    timeoutMs: request.timeoutMs ?? defaultTimeoutMs
  });
  if (home !== void 0) await rm2(home, { recursive: true, force: true, maxRetries: 3 });
  if (!answer.ok) throw unusable(program, answer.problem);
  const version = versionLine.exec(answer.output)?.[1];
  if (version !== void 0 && parseVersion(version) !== void 0) return version;
  throw unusable(program, `it does not say its version but ${quote(answer.output.trim())}`);
}
async function makeThrowawayHome(cacheFolder) {
  try {
    makeFolder(cacheFolder);
    return await mkdtemp(join2(cacheFolder, "version-"));
  } catch {
    return void 0;
  }
}
function unusable({ path, argumentsPrefix }, problem) {
  const name = argumentsPrefix[0] ?? path;
  return new TandemError("codex_not_installed", {
    searched: [name],
    cause: `The Codex at ${quotePath(name)} cannot be used: ${problem}.`
  });
}
async function identityOf(path) {
  try {
    const real = await realpath2(path);
    const { mtimeMs, size } = await stat2(real);
    return { path: real, mtimeMs, size };
  } catch {
    return void 0;
  }
}

// src/codex/installed-codex.ts
async function findInstalledCodex(search, options) {
  const location = await findCodex(search);
  const version = await readCodexVersion(location, {
    cacheFolder: join3(options.stateRoot, "cache"),
    environment: search.environment
  });
  const { range, warnings } = checkVersion({ version, path: location.path }, options.allowUnsupported);
  return { location, version, range, warnings: [...location.skipped, ...warnings] };
}

export {
  testedRange,
  findInstalledCodex
};
