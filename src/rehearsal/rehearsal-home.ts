import { mkdtemp, realpath, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { stringify } from "smol-toml";
import { messageOf, TandemError } from "../domain/errors/tandem-error.ts";
import { isRecord } from "../domain/json.ts";
import { makeFolder } from "../settings/make-folder.ts";
import type { JsonRecord } from "./json.ts";
import { scriptedLogin } from "./scripted-login.ts";

export interface RehearsalHomeOptions {
  /** Of the scripted model: `http://127.0.0.1:PORT/v1`. */
  readonly baseUrl: string;
  /** A model that Codex's own catalogue knows, so that no warning comes up. */
  readonly model?: string;
  /** How often Codex repeats a request that failed; its own default when left out. */
  readonly requestRetries?: number;
  /** How often Codex repeats a request whose stream broke; its own default when left out. */
  readonly streamRetries?: number;
  /** After how many milliseconds of silence Codex takes a stream for broken; its own default when left out. */
  readonly streamIdleMs?: number;
  /** Codex finds a login with ChatGPT, of nobody, so that it offers its image tool. */
  readonly isLoggedIn?: boolean;
  /** Further configuration, merged table by table. */
  readonly extraConfig?: JsonRecord;
  /** Folders that Codex's writable sandbox includes. For tests. */
  readonly temporaryFolders?: readonly string[];
}

const prefix = "rehearsal-";
const markerFile = "created-by-codex-tandem";

/**
 * Makes a CODEX_HOME below `parentFolder` that leads Codex to the scripted model and nowhere else. Throws `state_unwritable`
 * when the folder cannot be made or lies in a temp folder, where a workspace-write run could change it.
 */
export async function createRehearsalHome(
  parentFolder: string,
  options: RehearsalHomeOptions,
): Promise<string> {
  try {
    const temporaryFolders = options.temporaryFolders ?? [tmpdir(), "/tmp"];
    await refuseTemporary(parentFolder, temporaryFolders);
    makeFolder(parentFolder);
    const home = await mkdtemp(join(parentFolder, prefix));
    await writeFile(join(home, markerFile), "", { mode: 0o600 });
    const config = stringify(merge(baseConfig(options), options.extraConfig ?? {}));
    await writeFile(join(home, "config.toml"), config, { mode: 0o600 });
    if (options.isLoggedIn === true) {
      await writeFile(join(home, "auth.json"), scriptedLogin(new Date()), { mode: 0o600 });
    }
    return home;
  } catch (error) {
    if (error instanceof TandemError) throw error;
    throw new TandemError("state_unwritable", { folder: parentFolder, cause: messageOf(error) });
  }
}

/** Removes a home that `createRehearsalHome` made; one that is gone is fine. Refuses any other folder. */
export async function removeRehearsalHome(home: string): Promise<void> {
  if (!(await exists(home))) return;
  if (!basename(home).startsWith(prefix) || !(await exists(join(home, markerFile)))) {
    throw new TandemError("internal", { cause: `${home} is not a home that a rehearsal made.` });
  }
  // Codex's last writes may come while the folder is being removed.
  await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

/** A custom provider without a key makes none of Codex's account and catalogue calls; plugins would ask github.com. */
function baseConfig(options: RehearsalHomeOptions): JsonRecord {
  const { baseUrl, model = "gpt-5.5", requestRetries, streamRetries, streamIdleMs, isLoggedIn } = options;
  return {
    model,
    model_provider: "rehearsal",
    check_for_update_on_startup: false,
    analytics: { enabled: false },
    features: { plugins: false, ...(isLoggedIn === true ? { enable_request_compression: false } : {}) },
    // What Codex asks of ChatGPT beside the model must not leave this machine either.
    ...(isLoggedIn === true ? { chatgpt_base_url: new URL("/backend-api", baseUrl).href } : {}),
    model_providers: {
      rehearsal: {
        name: "Rehearsal (scripted model)",
        base_url: baseUrl,
        wire_api: "responses",
        ...(isLoggedIn === true ? { requires_openai_auth: true } : {}),
        ...(requestRetries === undefined ? {} : { request_max_retries: requestRetries }),
        ...(streamRetries === undefined ? {} : { stream_max_retries: streamRetries }),
        ...(streamIdleMs === undefined ? {} : { stream_idle_timeout_ms: streamIdleMs }),
      },
    },
  };
}

function merge(base: JsonRecord, extra: JsonRecord): JsonRecord {
  const merged = Object.entries(extra).map(([key, value]) => {
    const below = base[key];
    return [key, isRecord(below) && isRecord(value) ? merge(below, value) : value] as const;
  });
  return { ...base, ...Object.fromEntries(merged) };
}

async function refuseTemporary(folder: string, temporaryFolders: readonly string[]): Promise<void> {
  const target = await realPathOfExisting(resolve(folder));
  for (const temporary of temporaryFolders) {
    if (!isInside(target, await realPathOfExisting(resolve(temporary)))) continue;
    const cause = `A CODEX_HOME must not lie in the temp folder ${temporary}, which sandboxed commands may write.`;
    throw new TandemError("state_unwritable", { folder, cause });
  }
}

/** The real path of the folder, also when its last parts do not exist yet. */
async function realPathOfExisting(folder: string): Promise<string> {
  if (await exists(folder)) return realpath(folder);
  const parent = dirname(folder);
  return parent === folder ? folder : join(await realPathOfExisting(parent), basename(folder));
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || (!way.startsWith("..") && !isAbsolute(way));
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    // Missing or out of reach: what follows fails with its own reason where that matters.
    return false;
  }
}
