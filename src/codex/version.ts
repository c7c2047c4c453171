import { mkdtemp, realpath, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { TandemError } from "../domain/errors/tandem-error.ts";
import { makeFolder } from "../settings/make-folder.ts";
import { quote, quotePath } from "../settings/quote.ts";
import type { CodexProgram } from "./program.ts";
import { type FileIdentity, recallVersion, rememberVersion } from "./version-cache.ts";
import { parseVersion } from "./version-order.ts";
import { askProgram } from "./version-process.ts";

export interface VersionRequest {
  /** `cache` in the state root; the version is remembered there per file. Made when missing. */
  readonly cacheFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds after which the program is killed; 20 s unless a test says otherwise. */
  readonly timeoutMs?: number;
}

/** A first start from a cold disk takes seconds on a slow machine (a 294 MB program). */
const defaultTimeoutMs = 20_000;

/** The first line of `codex --version` since the Rust CLI: `codex-cli 0.169.0`. */
const versionLine = /^codex(?:-cli)? (\S+)[ \t]*$/m;

/**
 * The version of a Codex. Read once per file (real path, time of change, size) and remembered; a wrapper is asked every
 * time, as its file does not change with the Codex behind it. Throws `codex_not_installed` when it cannot be run.
 */
export async function readCodexVersion(program: CodexProgram, request: VersionRequest): Promise<string> {
  const identity = program.native ? await identityOf(program.path) : undefined;
  const known = identity === undefined ? undefined : await recallVersion(request.cacheFolder, identity);
  if (known !== undefined && parseVersion(known) !== undefined) return known;
  const version = await askVersion(program, request);
  if (identity !== undefined) await rememberVersion(request.cacheFolder, identity, version);
  return version;
}

async function askVersion(program: CodexProgram, request: VersionRequest): Promise<string> {
  const home = await makeThrowawayHome(request.cacheFolder);
  const answer = await askProgram({
    path: program.path,
    argumentsList: [...program.argumentsPrefix, "--version"],
    environment: home === undefined ? request.environment : { ...request.environment, CODEX_HOME: home },
    timeoutMs: request.timeoutMs ?? defaultTimeoutMs,
  });
  if (home !== undefined) await rm(home, { recursive: true, force: true, maxRetries: 3 });
  if (!answer.ok) throw unusable(program, answer.problem);
  const version = versionLine.exec(answer.output)?.[1];
  if (version !== undefined && parseVersion(version) !== undefined) return version;
  throw unusable(program, `it does not say its version but ${quote(answer.output.trim())}`);
}

/** Codex 0.169 leaves files in its home also when it is only asked for its version; the user's home must not be made by that. */
async function makeThrowawayHome(cacheFolder: string): Promise<string | undefined> {
  try {
    makeFolder(cacheFolder);
    return await mkdtemp(join(cacheFolder, "version-"));
  } catch {
    // A state folder that cannot be written is told by what needs it.
    return undefined;
  }
}

function unusable({ path, argumentsPrefix }: CodexProgram, problem: string): TandemError {
  const name = argumentsPrefix[0] ?? path;
  return new TandemError("codex_not_installed", {
    searched: [name],
    cause: `The Codex at ${quotePath(name)} cannot be used: ${problem}.`,
  });
}

async function identityOf(path: string): Promise<FileIdentity | undefined> {
  try {
    const real = await realpath(path);
    const { mtimeMs, size } = await stat(real);
    return { path: real, mtimeMs, size };
  } catch {
    // It went away meanwhile; the attempt to run it gives the error.
    return undefined;
  }
}
