import {
  fingerprintTree,
  mapLimited,
  readSmallFile,
  readStatus,
  worktreePath
} from "./chunk-VFKJMQB4.mjs";
import {
  findFilteredFiles,
  findGit,
  readFilterDrivers,
  switchOffFilters
} from "./chunk-LOPZHO55.mjs";
import {
  gitEnvironment
} from "./chunk-DBKAKVSG.mjs";
import {
  diffArguments,
  failUnlessDone,
  patchArguments,
  readGit,
  runGit,
  streamGit
} from "./chunk-YSK4ZPGY.mjs";
import {
  pathText,
  splitRecords,
  unquoteName
} from "./chunk-2QL3U3VP.mjs";
import "./chunk-GZK5FSE3.mjs";
import {
  escapeInvisible,
  quote
} from "./chunk-6DUTFFKH.mjs";
import {
  TandemError,
  messageOf
} from "./chunk-VWEJZTN3.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/workspace/changes.ts
import { lstat } from "node:fs/promises";
async function listChanges(repository, resolved) {
  const [tracked, untracked] = await Promise.all([
    listTracked(repository, resolved),
    resolved.isWorktree ? listUntracked(repository, resolved) : []
  ]);
  return [...tracked, ...untracked];
}
function comparisonArguments(resolved) {
  return [...resolved.comparison, "--", ...resolved.target.paths];
}
async function listTracked(repository, resolved) {
  const argumentsList = ["diff", ...diffArguments, "--raw", "-z", ...comparisonArguments(resolved)];
  const changes = readRawRecords(splitRecords(await readGit(repository.git, argumentsList)));
  if (!resolved.isWorktree) return changes;
  const names = changes.filter(({ status }) => status !== "deleted").map(({ name }) => name);
  const filtered = await findFilteredFiles(repository.git, repository.filterDrivers, names);
  return changes.map((change) => {
    const filter = filtered.get(change.name.toString("latin1"));
    return filter === void 0 ? change : { ...change, filter };
  });
}
var statuses = /* @__PURE__ */ new Map([
  ["A", "added"],
  ["M", "modified"],
  ["D", "deleted"],
  ["R", "renamed"],
  ["T", "typechange"],
  ["U", "unmerged"]
]);
function readRawRecords(records) {
  const changes = [];
  for (let index = 0; index + 1 < records.length; index += 2) {
    const [oldMode = "", newMode = "", , , letter = ""] = (records[index] ?? Buffer.alloc(0)).toString("latin1").split(" ");
    const status = statuses.get(letter[0] ?? "") ?? "modified";
    const first = records[index + 1] ?? Buffer.alloc(0);
    if (status === "renamed") index += 1;
    const name = status === "renamed" ? records[index + 1] ?? Buffer.alloc(0) : first;
    changes.push({
      path: pathText(name),
      name,
      ...status === "renamed" ? { oldPath: pathText(first) } : {},
      status,
      kind: kindOfMode(newMode === "000000" ? oldMode.slice(1) : newMode)
    });
  }
  return changes;
}
function kindOfMode(mode) {
  if (mode === "120000") return "symlink";
  return mode === "160000" ? "submodule" : "file";
}
async function listUntracked(repository, resolved) {
  const argumentsList = ["ls-files", "-z", "--others", "--exclude-standard", "--", ...resolved.target.paths];
  const names = splitRecords(await readGit(repository.git, argumentsList));
  const changes = await mapLimited(names, async (name) => readUntracked(repository.root, name));
  return changes.filter((change) => change !== void 0);
}
async function readUntracked(root, name) {
  if (name.at(-1) === 47) return { path: pathText(name), name, status: "untracked", kind: "repository" };
  try {
    const facts = await lstat(worktreePath(root, name));
    const kind = facts.isSymbolicLink() ? "symlink" : "file";
    return { path: pathText(name), name, status: "untracked", kind, bytes: facts.size };
  } catch {
    return void 0;
  }
}

// src/workspace/diff-splitter.ts
var headerLimit = 64 * 1024;
var lineFeed = 10;
var DiffSplitter = class {
  #maxBytes;
  #onSection;
  #partial = Buffer.alloc(0);
  #isInLongLine = false;
  #current;
  /** `maxBytes`: sections longer than it are counted and their text is dropped. */
  constructor(maxBytes, onSection) {
    this.#maxBytes = maxBytes;
    this.#onSection = onSection;
  }
  push(chunk) {
    const data = this.#partial.length === 0 ? chunk : Buffer.concat([this.#partial, chunk]);
    let start = 0;
    let rest = data.indexOf(lineFeed) + 1;
    if (this.#isInLongLine) {
      const end = rest === 0 ? data.length : rest;
      this.#current?.add(data.subarray(0, end), this.#maxBytes);
      this.#isInLongLine = rest === 0;
      start = end;
    }
    for (rest = data.indexOf(lineFeed, start) + 1; rest > 0; rest = data.indexOf(lineFeed, start) + 1) {
      this.#takeLine(data.subarray(start, rest));
      start = rest;
    }
    this.#partial = data.subarray(start);
    if (this.#partial.length > headerLimit) {
      this.#takeLine(this.#partial);
      this.#partial = Buffer.alloc(0);
      this.#isInLongLine = true;
    }
  }
  /** To be called once, when the output has ended. */
  end() {
    if (this.#partial.length > 0) this.#takeLine(this.#partial);
    this.#close();
  }
  #takeLine(line) {
    if (startsWith(line, fileStart)) {
      this.#close();
      this.#current = new OpenSection(line);
    }
    this.#current?.read(line);
    this.#current?.add(line, this.#maxBytes);
  }
  #close() {
    if (this.#current !== void 0) this.#onSection(this.#current.finish());
    this.#current = void 0;
  }
};
var fileStart = Buffer.from("diff --git ");
var hunkStart = Buffer.from("@@ -");
var renameTo = Buffer.from("rename to ");
var binaryFiles = Buffer.from("Binary files ");
var plus = "+".charCodeAt(0);
var minus = "-".charCodeAt(0);
var OpenSection = class {
  #name;
  #pieces = [];
  #bytes = 0;
  #isBinary = false;
  #insertions = 0;
  #deletions = 0;
  #changedLines = [];
  #isInHunk = false;
  constructor(firstLine) {
    this.#name = nameOfFirstLine(firstLine.subarray(fileStart.length, firstLine.length - 1));
  }
  read(line) {
    if (startsWith(line, hunkStart)) {
      this.#isInHunk = true;
      const range = newRange(line);
      if (range !== void 0) this.#changedLines.push(range);
    } else if (this.#isInHunk) {
      if (line[0] === plus) this.#insertions += 1;
      if (line[0] === minus) this.#deletions += 1;
    } else if (startsWith(line, renameTo)) {
      this.#name = Buffer.from(unquoteName(line.subarray(renameTo.length, line.length - 1)));
    } else if (startsWith(line, binaryFiles)) {
      this.#isBinary = true;
    }
  }
  add(piece, maxBytes) {
    this.#bytes += piece.length;
    if (this.#bytes > maxBytes) this.#pieces = void 0;
    this.#pieces?.push(piece);
  }
  finish() {
    return {
      name: this.#name,
      bytes: this.#bytes,
      // A copy: the pieces would keep the whole output in memory.
      ...this.#pieces === void 0 ? {} : { text: Buffer.concat(this.#pieces) },
      isBinary: this.#isBinary,
      insertions: this.#insertions,
      deletions: this.#deletions,
      changedLines: this.#changedLines
    };
  }
};
function nameOfFirstLine(names) {
  const second = names.subarray((names.length + 1) / 2);
  return Buffer.from(unquoteName(second).subarray("b/".length));
}
function newRange(line) {
  const match = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/.exec(line.toString("latin1", 0, 80));
  const start = Number(match?.[1] ?? 0);
  const lines = Number(match?.[2] ?? 1);
  return match === null || lines === 0 ? void 0 : { start, end: start + lines - 1 };
}
function startsWith(line, prefix) {
  return line[0] === prefix[0] && line.subarray(0, prefix.length).equals(prefix);
}

// src/workspace/smallest-first.ts
var SmallestFirst = class {
  #maxBytes;
  #texts = /* @__PURE__ */ new Map();
  #bytes = 0;
  constructor(maxBytes) {
    this.#maxBytes = maxBytes;
  }
  /** Adds a text; a second one under the same key is appended. What is then too much is dropped, the largest first. */
  offer(key, text) {
    const before = this.#texts.get(key);
    this.#texts.set(key, before === void 0 ? text : Buffer.concat([before, text]));
    this.#bytes += text.length;
    while (this.#bytes > this.#maxBytes) this.#dropLargest();
  }
  get(key) {
    return this.#texts.get(key);
  }
  #dropLargest() {
    let largest;
    let size = -1;
    for (const [key, text] of this.#texts) {
      if (text.length >= size) [largest, size] = [key, text.length];
    }
    if (largest === void 0) return;
    this.#texts.delete(largest);
    this.#bytes -= size;
  }
};

// src/workspace/untracked-patch.ts
import { readlink } from "node:fs/promises";
async function readUntrackedFile(root, change, maxBytes) {
  if (change.kind === "repository") return { omitted: "a git repository of its own" };
  const file = worktreePath(root, change.name);
  try {
    const content = change.kind === "symlink" ? await readlink(file, { encoding: "buffer" }) : await readSmallFile(file, maxBytes);
    if (content === void 0) return { omitted: tooLarge(change.bytes ?? 0, maxBytes) };
    return { section: additionOf(change, content) };
  } catch (thrown) {
    return { omitted: `cannot be read: ${messageOf(thrown)}` };
  }
}
function tooLarge(bytes, maxBytes) {
  return `${bytes} bytes do not fit into the limit of ${maxBytes} bytes`;
}
function additionOf(change, content) {
  const isBinary = change.kind === "file" && looksBinary(content);
  const lines = isBinary ? 0 : countLines(content);
  const text = Buffer.concat([
    Buffer.from(header(change, isBinary, lines)),
    isBinary ? Buffer.alloc(0) : asAdded(content)
  ]);
  return {
    name: change.name,
    bytes: text.length,
    text,
    isBinary,
    insertions: lines,
    deletions: 0,
    changedLines: lines === 0 ? [] : [{ start: 1, end: lines }]
  };
}
function header(change, isBinary, lines) {
  const [oldName, newName] = [prefixed("a/", change.path), prefixed("b/", change.path)];
  const mode = change.kind === "symlink" ? "120000" : "100644";
  const start = `diff --git ${oldName} ${newName}
new file mode ${mode}
`;
  if (isBinary) return `${start}Binary files /dev/null and ${newName} differ
`;
  if (lines === 0) return start;
  const tab = newName.includes(" ") && !newName.startsWith('"') ? "	" : "";
  return `${start}--- /dev/null
+++ ${newName}${tab}
@@ -0,0 +1${lines === 1 ? "" : `,${lines}`} @@
`;
}
function prefixed(prefix, path4) {
  return path4.startsWith('"') ? `"${prefix}${path4.slice(1)}` : prefix + path4;
}
function looksBinary(content) {
  return content.subarray(0, 8e3).includes(0);
}
function countLines(content) {
  let lines = 0;
  for (let end = content.indexOf(10); end >= 0; end = content.indexOf(10, end + 1)) lines += 1;
  return content.length > 0 && content.at(-1) !== 10 ? lines + 1 : lines;
}
function asAdded(content) {
  const pieces = [];
  const marker = Buffer.from("+");
  for (let start = 0; start < content.length; ) {
    const lineFeed2 = content.indexOf(10, start);
    const end = lineFeed2 < 0 ? content.length : lineFeed2 + 1;
    pieces.push(marker, content.subarray(start, end));
    start = end;
  }
  if (content.length > 0 && content.at(-1) !== 10)
    pieces.push(Buffer.from("\n\\ No newline at end of file\n"));
  return Buffer.concat(pieces);
}

// src/workspace/diff.ts
async function readDiff(repository, resolved, changes, maxBytes) {
  const kept = new SmallestFirst(maxBytes);
  const sections = /* @__PURE__ */ new Map();
  const reasons = /* @__PURE__ */ new Map();
  const unshown = new Set(changes.filter(({ filter }) => filter).map(({ name }) => name.toString("latin1")));
  const collect = (section) => {
    const key = section.name.toString("latin1");
    const before = sections.get(key);
    const { text, ...facts } = section;
    sections.set(key, before === void 0 ? facts : joinSections(before, facts));
    if (text !== void 0 && !unshown.has(key)) kept.offer(key, text);
  };
  await readTracked(repository, resolved, maxBytes, collect);
  await readUntracked2(repository, changes, maxBytes, collect, reasons);
  const files = changes.map((change) => {
    const key = change.name.toString("latin1");
    return makeFileDiff(change, sections.get(key), kept.get(key), reasons.get(key), maxBytes);
  });
  return { files, totalBytes: files.reduce((sum, file) => sum + file.bytes, 0) };
}
async function readTracked(repository, resolved, maxBytes, collect) {
  const splitter = new DiffSplitter(maxBytes, collect);
  const argumentsList = [
    "diff",
    ...diffArguments,
    ...patchArguments,
    "--diff-filter=u",
    ...comparisonArguments(resolved)
  ];
  const take = (chunk) => {
    splitter.push(chunk);
    return true;
  };
  failUnlessDone(repository.git, await streamGit(repository.git, argumentsList, take));
  splitter.end();
}
async function readUntracked2(repository, changes, maxBytes, collect, reasons) {
  const untracked = changes.filter(({ status }) => status === "untracked");
  const bySize = untracked.toSorted((one, other) => (one.bytes ?? 0) - (other.bytes ?? 0));
  let sum = 0;
  const readable = bySize.filter((change) => {
    sum += change.bytes ?? 0;
    if (sum > maxBytes) reasons.set(change.name.toString("latin1"), tooLarge(change.bytes ?? 0, maxBytes));
    return sum <= maxBytes;
  });
  const readings = await mapLimited(readable, async (change) => ({
    change,
    reading: await readUntrackedFile(repository.root, change, maxBytes)
  }));
  for (const { change, reading } of readings) {
    if ("section" in reading) collect(reading.section);
    else reasons.set(change.name.toString("latin1"), reading.omitted);
  }
}
function joinSections(first, second) {
  return {
    name: first.name,
    bytes: first.bytes + second.bytes,
    isBinary: first.isBinary || second.isBinary,
    insertions: first.insertions + second.insertions,
    deletions: first.deletions + second.deletions,
    changedLines: [...first.changedLines, ...second.changedLines]
  };
}
function makeFileDiff(change, section, text, reason, maxBytes) {
  const bytes = section?.bytes ?? change.bytes ?? 0;
  const facts = {
    change,
    bytes,
    isBinary: section?.isBinary ?? false,
    insertions: section?.insertions ?? 0,
    deletions: section?.deletions ?? 0,
    changedLines: section?.changedLines ?? []
  };
  const omitted = reason ?? reasonOf(change, section, text, maxBytes);
  const isWhole = text !== void 0 && text.length === bytes;
  return { ...facts, ...isWhole ? { text } : {}, ...omitted === void 0 ? {} : { omitted } };
}
function reasonOf(change, section, text, maxBytes) {
  if (change.status === "unmerged") return "a conflict that is not resolved";
  if (change.filter !== void 0) return `passes through the git filter ${change.filter}, which is not run`;
  if (section === void 0) return "changed again while it was read";
  if (section.isBinary) return "binary, larger than 16 MiB, or marked as not to be shown by git attributes";
  if (text === void 0 || text.length < section.bytes) return tooLarge(section.bytes, maxBytes);
  return change.kind === "submodule" ? "a submodule: only its commit ids are shown" : void 0;
}

// src/workspace/repository.ts
import { readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
async function openRepository(folder, world) {
  const start = realFolder(folder);
  const program = findGit(start, world.environment, world.platform);
  const outside = {
    binary: program.binary,
    folder: start,
    environment: gitEnvironment(world.environment, program.searchPath),
    configuration: [],
    timeoutMs: world.timeoutMs,
    ...world.signal === void 0 ? {} : { signal: world.signal }
  };
  const places = await readPlaces(outside, folder);
  requireOwnMarker(places, folder);
  const filterDrivers = await readFilterDrivers(outside);
  const git = { ...outside, folder: places.root, configuration: switchOffFilters(filterDrivers) };
  return {
    ...places,
    isLinkedWorktree: places.gitDirectory !== places.commonDirectory,
    head: await readHead(git),
    filterDrivers,
    git
  };
}
var emptyTrees = /* @__PURE__ */ new Map([
  ["sha1", "4b825dc642cb6eb9a060e54bf8d69288fbee4904"],
  ["sha256", "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"]
]);
async function readPlaces(git, folder) {
  const [shallow, format, gitDirectory, commonDirectory, root] = await askForPlaces(git, folder, [
    "--is-shallow-repository",
    "--show-object-format",
    "--absolute-git-dir",
    "--git-common-dir",
    "--show-toplevel"
  ]);
  const emptyTree = emptyTrees.get(format ?? "");
  if (!gitDirectory || !commonDirectory || !root || emptyTree === void 0) {
    throw new TandemError("not_a_git_repo", {
      folder,
      cause: `git does not say what it is (${format ?? "nothing"})`
    });
  }
  return {
    root: realpathSync(root),
    gitDirectory: realpathSync(gitDirectory),
    commonDirectory: realpathSync(path.resolve(git.folder, commonDirectory)),
    isShallow: shallow === "true",
    emptyTree
  };
}
async function askForPlaces(git, folder, questions) {
  const result = await runGit(git, ["rev-parse", ...questions]);
  if (result.exitCode !== 0) throw new TandemError("not_a_git_repo", { folder, cause: result.message });
  const text = result.output.toString("utf8").replace(/\n$/, "");
  const lines = text.split("\n");
  if (questions.length === 1) return [text];
  if (lines.length === questions.length) return lines;
  const answers = await Promise.all(questions.map((question) => askForPlaces(git, folder, [question])));
  return answers.flat();
}
function requireOwnMarker(places, folder) {
  const marker = path.join(places.root, ".git");
  try {
    const target = statSync(marker).isDirectory() ? marker : gitFileTarget(marker);
    if (realpathSync(target) === places.gitDirectory) return;
  } catch {
  }
  const cause = `the repository ${places.gitDirectory} names another work tree (core.worktree ${places.root})`;
  throw new TandemError("not_a_git_repo", { folder, cause });
}
function gitFileTarget(marker) {
  const target = readFileSync(marker, "utf8").replace(/^gitdir: /, "").replace(/[\r\n]+$/, "");
  return path.resolve(path.dirname(marker), target);
}
async function readHead(git) {
  const [reference, commit] = await Promise.all([
    runGit(git, ["symbolic-ref", "--quiet", "HEAD"]),
    runGit(git, ["rev-parse", "--quiet", "--verify", "HEAD"])
  ]);
  const id = commit.output.toString("latin1").trim();
  const branch = reference.output.toString("utf8").trim().replace(/^refs\/heads\//, "");
  if (commit.exitCode !== 0) return { kind: "unborn", branch };
  return reference.exitCode === 0 ? { kind: "branch", branch, commit: id } : { kind: "detached", commit: id };
}
function realFolder(folder) {
  try {
    return realpathSync(folder);
  } catch (thrown) {
    throw new TandemError("not_a_git_repo", { folder, cause: messageOf(thrown) }, { cause: thrown });
  }
}

// src/workspace/target.ts
import { lstatSync } from "node:fs";
import path3 from "node:path";

// src/workspace/default-base.ts
var mainBranches = ["main", "master", "trunk", "develop"];
async function findDefaultBase(repository) {
  const names = mainBranches.flatMap((name) => [`refs/heads/${name}`, `refs/remotes/origin/${name}`]);
  const format = "--format=%(refname)%00%(objectname)%00%(symref)%00";
  const answer = await readGit(repository.git, [
    "for-each-ref",
    format,
    "refs/remotes/origin/HEAD",
    ...names
  ]);
  const fields = answer.toString("utf8").split("\0");
  const found = /* @__PURE__ */ new Map();
  for (let index = 0; index + 2 < fields.length; index += 3) {
    found.set((fields[index] ?? "").trimStart(), {
      commit: fields[index + 1] ?? "",
      target: fields[index + 2] ?? ""
    });
  }
  const remoteDefault = found.get("refs/remotes/origin/HEAD");
  if (remoteDefault !== void 0) {
    const name = (remoteDefault.target || "origin/HEAD").replace(/^refs\/remotes\//, "");
    return { name, commit: remoteDefault.commit };
  }
  const current = repository.head.kind === "detached" ? void 0 : repository.head.branch;
  for (const name of mainBranches) {
    const local = found.get(`refs/heads/${name}`);
    const remote = found.get(`refs/remotes/origin/${name}`);
    if (local !== void 0 && name !== current) return { name, commit: local.commit };
    if (remote !== void 0) return { name: `origin/${name}`, commit: remote.commit };
    if (name === current) return void 0;
  }
  return void 0;
}

// src/workspace/pathspecs.ts
import { realpathSync as realpathSync2 } from "node:fs";
import path2 from "node:path";
function resolvePathspecs(root, cwd, paths) {
  const relative = paths.map((typed) => relativeToRoot(root, cwd, typed));
  return relative.includes("") ? [] : [...new Set(relative)];
}
function relativeToRoot(root, cwd, typed) {
  if (typed === "" || typed.includes("\0"))
    throw new TandemError("usage", { problem: "A path is empty or holds NUL." });
  const absolute = path2.resolve(realPathOr(cwd), typed);
  const candidates = [absolute, path2.join(realPathOr(path2.dirname(absolute)), path2.basename(absolute))];
  for (const candidate of candidates) {
    const relative = path2.relative(root, candidate);
    const isInside = relative !== ".." && !relative.startsWith(`..${path2.sep}`) && !path2.isAbsolute(relative);
    if (isInside) return relative.split(path2.sep).join("/");
  }
  throw new TandemError("usage", {
    problem: `The path ${quote(typed)} lies outside of the work tree ${root}.`,
    hint: "Only files of the repository can be examined; name another one with --cwd."
  });
}
function realPathOr(folder) {
  try {
    return realpathSync2(folder);
  } catch {
    return folder;
  }
}

// src/workspace/revisions.ts
async function resolveCommit(repository, revision) {
  if (/[\p{Cc}]/u.test(revision) || revision.trim() === "") {
    throw new TandemError("bad_revision", {
      revision,
      cause: `${quote(revision)} cannot be the name of a revision.`
    });
  }
  const format = "--batch-check=%(objectname) %(objecttype)";
  const input = Buffer.from(`${revision}^{commit}
`);
  const result = await runGit(repository.git, ["cat-file", format], { input });
  if (result.exitCode !== 0) throw new TandemError("bad_revision", { revision, cause: result.message });
  const answer = result.output.toString("utf8").trimEnd();
  const id = /^([0-9a-f]{40,64}) commit$/.exec(answer)?.[1];
  if (id !== void 0) return id;
  if (answer.endsWith(" ambiguous")) {
    throw new TandemError("bad_revision", {
      revision,
      cause: `${quote(revision)} fits several objects; give more of it.`
    });
  }
  throw new TandemError("bad_revision", { revision });
}
async function findMergeBase(repository, base, head, name) {
  const result = await runGit(repository.git, ["merge-base", base, head]);
  if (result.exitCode === 1) {
    const cause = `${quote(name)} and HEAD have no common history${shallowRemark(repository)}.`;
    throw new TandemError("bad_revision", { revision: name, cause });
  }
  failUnlessDone(repository.git, result);
  return result.output.toString("latin1").trim();
}
async function readParents(repository, commit, name) {
  const text = (await readGit(repository.git, ["cat-file", "commit", commit])).toString("latin1");
  const header2 = text.slice(0, text.indexOf("\n\n"));
  const parents = Array.from(header2.matchAll(/^parent ([0-9a-f]{40,64})$/gm), (match) => match[1] ?? "");
  if (parents.length > 0 && repository.isShallow) {
    const first = await readGit(
      repository.git,
      ["cat-file", "--batch-check"],
      Buffer.from(`${parents[0]}
`)
    );
    if (first.toString("latin1").trimEnd().endsWith(" missing")) {
      const cause = `The parent of ${quote(name)} is not here${shallowRemark(repository)}.`;
      throw new TandemError("bad_revision", { revision: name, cause });
    }
  }
  return parents;
}
function shortId(id) {
  return id.slice(0, 7);
}
function shallowRemark(repository) {
  return repository.isShallow ? " (the clone is shallow; `git fetch --unshallow` gets the rest)" : "";
}

// src/workspace/scope.ts
function requireSense({ scope, base, commit, paths }) {
  const refuse = (problem, hint) => {
    throw new TandemError("usage", { problem, hint });
  };
  if (base !== void 0 && commit !== void 0) {
    refuse(
      "A base and a commit cannot be given together.",
      "A commit is compared with its parent, a branch with its base."
    );
  }
  if (base !== void 0 && scope !== "branch" && scope !== "auto") {
    refuse(`A base means nothing with scope ${scope}.`, "Leave it out, or use scope branch.");
  }
  if (commit !== void 0 && scope !== "commit" && scope !== "auto") {
    refuse(`A commit means nothing with scope ${scope}.`, "Leave it out, or use scope commit.");
  }
  if (scope === "commit" && commit === void 0) {
    refuse("Scope commit needs a commit.", "For the last one name HEAD.");
  }
  if (scope === "paths" && paths.length === 0) {
    refuse("Scope paths needs at least one path.", "Name files or folders; `.` is the whole folder.");
  }
}
async function chooseScope(repository, { scope, base, commit }, paths) {
  if (scope !== "auto") return scope;
  if (commit !== void 0) return "commit";
  if (base !== void 0) return "branch";
  return repository.head.kind === "unborn" || await isDirty(repository, paths) ? "working-tree" : "branch";
}
async function isDirty(repository, paths) {
  const { entries } = await readStatus(repository, "normal", paths);
  const doubtful = entries.filter((entry) => entry.isContentOnly);
  if (doubtful.length < entries.length) return true;
  const names = doubtful.map((entry) => entry.name);
  const filtered = await findFilteredFiles(repository.git, repository.filterDrivers, names);
  return doubtful.some((entry) => !filtered.has(entry.name.toString("latin1")));
}

// src/workspace/target.ts
async function resolveTarget(repository, request, cwd) {
  requireSense(request);
  const paths = resolvePathspecs(repository.root, cwd, request.paths);
  switch (await chooseScope(repository, request, paths)) {
    case "working-tree":
      return worktreeTarget(repository, paths);
    case "staged":
      return stagedTarget(repository, paths);
    case "branch":
      return branchTarget(repository, request.base, paths);
    case "commit":
      return commitTarget(repository, request.commit ?? "HEAD", paths);
    case "paths":
      return pathsTarget(repository, paths);
  }
}
function worktreeTarget({ head, emptyTree }, paths) {
  const base = head.kind === "unborn" ? void 0 : head.commit;
  const target = makeTarget("working-tree", "uncommitted changes", paths, base);
  return { target, comparison: [base ?? emptyTree], isWorktree: true };
}
function stagedTarget({ head, emptyTree }, paths) {
  const base = head.kind === "unborn" ? void 0 : head.commit;
  const target = makeTarget("staged", "staged changes", paths, base);
  return { target, comparison: ["--cached", base ?? emptyTree], isWorktree: false };
}
async function branchTarget(repository, named, paths) {
  const { head } = repository;
  if (head.kind === "unborn") {
    const cause = `The branch ${escapeInvisible(head.branch)} has no commit yet.`;
    throw new TandemError("bad_revision", { revision: "HEAD", cause });
  }
  const name = head.kind === "branch" ? `branch ${head.branch}` : `detached HEAD at ${shortId(head.commit)}`;
  const base = await chooseBase(repository, named);
  if (base === void 0) {
    const label2 = `${name}, which has no base branch to compare with`;
    return {
      target: makeTarget("branch", label2, paths, head.commit, head.commit),
      ...between(head.commit, head.commit)
    };
  }
  const mergeBase = await findMergeBase(repository, base.commit, head.commit, base.name);
  const label = `${name} against ${base.name} (merge base ${shortId(mergeBase)})`;
  return {
    target: makeTarget("branch", label, paths, mergeBase, head.commit),
    ...between(mergeBase, head.commit)
  };
}
async function chooseBase(repository, named) {
  if (named === void 0) return findDefaultBase(repository);
  return { name: named, commit: await resolveCommit(repository, named) };
}
async function commitTarget(repository, revision, paths) {
  const commit = await resolveCommit(repository, revision);
  const parents = await readParents(repository, commit, revision);
  const remark = parents.length > 1 ? " (a merge, against its first parent)" : parents.length === 0 ? " (the first one)" : "";
  const target = makeTarget("commit", `commit ${shortId(commit)}${remark}`, paths, parents[0], commit);
  return { target, ...between(parents[0] ?? repository.emptyTree, commit) };
}
function pathsTarget({ root, emptyTree }, paths) {
  for (const missing of paths.filter((name) => !isThere(path3.join(root, name)))) {
    throw new TandemError("input_unreadable", { path: missing, cause: "there is no such file or folder" });
  }
  const target = makeTarget("paths", "files as they are in the work tree", paths);
  return { target, comparison: [emptyTree], isWorktree: true };
}
function isThere(file) {
  return lstatSync(file, { throwIfNoEntry: false }) !== void 0;
}
function between(base, head) {
  return { comparison: [base, head], isWorktree: false };
}
function makeTarget(scope, label, paths, base, head) {
  return {
    scope,
    ...base === void 0 ? {} : { base },
    ...head === void 0 ? {} : { head },
    paths,
    label: escapeInvisible(paths.length === 0 ? label : `${label} in ${listShortly(paths)}`)
  };
}
function listShortly(paths) {
  const shown = paths.slice(0, 3).join(", ");
  return paths.length > 3 ? `${shown} and ${paths.length - 3} more` : shown;
}

// src/tasks/prepare-review.ts
async function prepareReview(request, world) {
  const repository = await openRepository(request.cwd, { ...world, timeoutMs: request.gitTimeoutMs });
  const wanted = request.review ?? { scope: "auto", paths: [] };
  const [resolved, fingerprint] = await Promise.all([
    resolveTarget(repository, wanted, request.cwd),
    fingerprintTree(repository)
  ]);
  const changes = await listChanges(repository, resolved);
  const diff = await readDiff(repository, resolved, changes, request.inputByteCap);
  const isDirty2 = resolved.isWorktree || await hasOwnChanges(repository, request);
  return { repository, resolved, changes, diff, fingerprint, isDirty: isDirty2 };
}
async function hasOwnChanges(repository, request) {
  const worktree = await resolveTarget(repository, { scope: "working-tree", paths: [] }, request.cwd);
  return (await listChanges(repository, worktree)).length > 0;
}
export {
  prepareReview
};
