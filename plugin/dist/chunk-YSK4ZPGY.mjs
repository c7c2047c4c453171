import {
  escapeInvisible
} from "./chunk-6DUTFFKH.mjs";
import {
  TandemError,
  messageOf
} from "./chunk-VWEJZTN3.mjs";

// src/workspace/git-pins.ts
var pinnedConfiguration = [
  ["core.fsmonitor", "", "is a program that git would start"],
  ["core.hooksPath", "/dev/null", "holds programs that git would start"],
  ["core.sshCommand", "", "is a program that git would start"],
  ["core.askPass", "", "is a program that git would start"],
  ["credential.helper", "", "is a program that git would start"],
  ["log.showSignature", "false", "starts gpg.program"],
  ["protocol.allow", "never", "no command of ours needs the network"],
  ["maintenance.auto", "false", "writes into the repository"],
  ["gc.auto", "0", "writes into the repository"],
  ["submodule.recurse", "false", "runs git under the configuration of the submodule"],
  ["safe.bareRepository", "explicit", "a folder of the work tree may be made to look like a repository"],
  ["core.bigFileThreshold", "16m", "larger files count as binary, so that no diff needs unbounded memory"],
  ["core.quotePath", "false", "file names are read as they are"],
  ["core.safecrlf", "false", "would fail on mixed line ends"],
  ["color.ui", "never", "the output is read by a program"],
  ["diff.suppressBlankEmpty", "false", "every line of a hunk must start with its marker"],
  ["diff.autoRefreshIndex", "true", "files with a new time and the same content are no change"]
];
var pinArguments = [
  "--no-pager",
  "--literal-pathspecs",
  ...pinnedConfiguration.flatMap(([key, value]) => ["-c", `${key}=${value}`])
];
var diffArguments = [
  "--no-ext-diff",
  "--no-textconv",
  "--no-color",
  "--src-prefix=a/",
  "--dst-prefix=b/",
  "--full-index",
  "--submodule=short",
  // Looking for changes inside of a submodule would start git under the submodule's own configuration.
  "--ignore-submodules=dirty",
  "-O/dev/null",
  "--find-renames",
  "-l1000"
];
var patchArguments = [
  "--patch",
  "--unified=3",
  "--inter-hunk-context=0",
  "--diff-algorithm=myers",
  "--indent-heuristic"
];

// src/workspace/git-process.ts
import { spawn } from "node:child_process";
var stderrLimit = 2e3;
async function streamGit(git, argumentsList, onOutput, input) {
  if (git.signal?.aborted) throw cancellation(git.signal);
  const child = spawn(git.binary, [...pinArguments, ...git.configuration, ...argumentsList], {
    cwd: git.folder,
    env: git.environment,
    detached: process.platform !== "win32",
    windowsHide: true
  });
  return new Promise((resolve, reject) => {
    let isStopped = false;
    let stderr = "";
    const stop = (error) => {
      killGroup(child);
      reject(error);
    };
    const timer = setTimeout(() => stop(timeLimit(git.timeoutMs)), git.timeoutMs);
    const onAbort = () => stop(cancellation(git.signal));
    const release = () => {
      clearTimeout(timer);
      git.signal?.removeEventListener("abort", onAbort);
    };
    git.signal?.addEventListener("abort", onAbort, { once: true });
    child.on("error", (error) => {
      release();
      reject(new TandemError("input_unreadable", { path: git.binary, cause: error.message }));
    });
    child.stdout.on("data", (chunk) => {
      if (isStopped) return;
      try {
        isStopped = !onOutput(chunk);
      } catch (thrown) {
        stop(thrown);
      }
      if (isStopped) killGroup(child);
    });
    child.stderr.on("data", (chunk) => {
      if (stderr.length < stderrLimit) stderr += chunk.toString("utf8");
    });
    child.stdin.on("error", () => void 0);
    child.stdin.end(input);
    child.on("close", (code) => {
      release();
      const message = escapeInvisible(
        stderr.slice(0, stderrLimit).trim().replaceAll(/\s*\n\s*/g, "; ")
      );
      resolve({ exitCode: isStopped ? 0 : code ?? -1, message, isStopped });
    });
  });
}
function killGroup(child) {
  try {
    if (process.platform === "win32" || child.pid === void 0) child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch {
  }
  child.stdout.destroy();
  child.stderr.destroy();
}
function timeLimit(timeoutMs) {
  const say = "The repository may be very large or its disk slow; the git_timeout setting gives git more time.";
  return new TandemError("timeout", { afterMs: timeoutMs }, { repair: { say } });
}
function cancellation(signal) {
  const reason = signal?.reason;
  return reason instanceof TandemError ? reason : new TandemError("cancelled", { by: messageOf(reason) });
}

// src/workspace/git.ts
var defaultMaxBytes = 128 * 1024 * 1024;
async function runGit(git, argumentsList, options = {}) {
  const maxBytes = options.maxBytes ?? defaultMaxBytes;
  const chunks = [];
  let size = 0;
  const take = (chunk) => {
    chunks.push(chunk.subarray(0, maxBytes - size));
    size += chunk.length;
    return size <= maxBytes;
  };
  const end = await streamGit(git, argumentsList, take, options.input);
  return { ...end, output: Buffer.concat(chunks) };
}
async function readGit(git, argumentsList, input) {
  const result = await runGit(git, argumentsList, input === void 0 ? {} : { input });
  failUnlessDone(git, result);
  if (result.isStopped) {
    const what = `The answer of git ${argumentsList[0]}`;
    throw new TandemError("input_too_large", {
      what,
      size: defaultMaxBytes,
      limit: defaultMaxBytes,
      unit: "bytes"
    });
  }
  return result.output;
}
function failUnlessDone(git, end) {
  if (end.exitCode === 0) return;
  const cause = end.message || `git ended with exit code ${end.exitCode}`;
  throw new TandemError("input_unreadable", { path: git.folder, cause });
}

export {
  diffArguments,
  patchArguments,
  streamGit,
  runGit,
  readGit,
  failUnlessDone
};
