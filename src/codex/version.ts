import { realpathSync, statSync } from "node:fs";
import { TandemError } from "../domain/errors/tandem-error.ts";
import { quote, quotePath } from "../settings/quote.ts";
import type { CodexProgram } from "./program.ts";
import { type FileIdentity, recallVersion, rememberVersion } from "./version-cache.ts";
import { parseVersion } from "./version-order.ts";

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
  const identity = program.native ? identityOf(program.path) : undefined;
  const known = identity === undefined ? undefined : recallVersion(request.cacheFolder, identity);
  if (known !== undefined && parseVersion(known) !== undefined) return known;
  const version = await askVersion(program, request);
  if (identity !== undefined) rememberVersion(request.cacheFolder, identity, version);
  return version;
}

async function askVersion(program: CodexProgram, request: VersionRequest): Promise<string> {
  // Loaded with what starts processes only when one is started: the version is nearly always known.
  const { askInThrowawayHome } = await import("./version-process.ts");
  const answer = await askInThrowawayHome(request.cacheFolder, {
    path: program.path,
    argumentsList: [...program.argumentsPrefix, "--version"],
    environment: request.environment,
    timeoutMs: request.timeoutMs ?? defaultTimeoutMs,
  });
  if (!answer.ok) throw unusable(program, answer.problem);
  const version = versionLine.exec(answer.output)?.[1];
  if (version !== undefined && parseVersion(version) !== undefined) return version;
  throw unusable(program, `it does not say its version but ${quote(answer.output.trim())}`);
}

function unusable({ path, argumentsPrefix }: CodexProgram, problem: string): TandemError {
  const name = argumentsPrefix[0] ?? path;
  return new TandemError("codex_not_installed", {
    searched: [name],
    cause: `The Codex at ${quotePath(name)} cannot be used: ${problem}.`,
  });
}

function identityOf(path: string): FileIdentity | undefined {
  try {
    const real = realpathSync.native(path);
    const { mtimeMs, size } = statSync(real);
    return { path: real, mtimeMs, size };
  } catch {
    // It went away meanwhile; the attempt to run it gives the error.
    return undefined;
  }
}
