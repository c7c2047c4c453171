import {
  stringify
} from "./chunk-B234565M.mjs";
import {
  makeFolder
} from "./chunk-VFJKUZF5.mjs";
import {
  isRecord
} from "./chunk-YSIIG4JU.mjs";
import {
  TandemError,
  messageOf
} from "./chunk-VWEJZTN3.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/rehearsal/rehearsal-home.ts
import { mkdtemp, realpath, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
var prefix = "rehearsal-";
var markerFile = "created-by-codex-tandem";
async function createRehearsalHome(parentFolder, options) {
  try {
    const temporaryFolders = options.temporaryFolders ?? [tmpdir(), "/tmp"];
    await refuseTemporary(parentFolder, temporaryFolders);
    makeFolder(parentFolder);
    const home = await mkdtemp(join(parentFolder, prefix));
    await writeFile(join(home, markerFile), "", { mode: 384 });
    const config = stringify(merge(baseConfig(options), options.extraConfig ?? {}));
    await writeFile(join(home, "config.toml"), config, { mode: 384 });
    return home;
  } catch (error) {
    if (error instanceof TandemError) throw error;
    throw new TandemError("state_unwritable", { folder: parentFolder, cause: messageOf(error) });
  }
}
async function removeRehearsalHome(home) {
  if (!await exists(home)) return;
  if (!basename(home).startsWith(prefix) || !await exists(join(home, markerFile))) {
    throw new TandemError("internal", { cause: `${home} is not a home that a rehearsal made.` });
  }
  await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}
function baseConfig(options) {
  const { baseUrl, model = "gpt-5.5", requestRetries, streamRetries, streamIdleMs } = options;
  return {
    model,
    model_provider: "rehearsal",
    check_for_update_on_startup: false,
    analytics: { enabled: false },
    features: { plugins: false },
    model_providers: {
      rehearsal: {
        name: "Rehearsal (scripted model)",
        base_url: baseUrl,
        wire_api: "responses",
        ...requestRetries === void 0 ? {} : { request_max_retries: requestRetries },
        ...streamRetries === void 0 ? {} : { stream_max_retries: streamRetries },
        ...streamIdleMs === void 0 ? {} : { stream_idle_timeout_ms: streamIdleMs }
      }
    }
  };
}
function merge(base, extra) {
  const merged = Object.entries(extra).map(([key, value]) => {
    const below = base[key];
    return [key, isRecord(below) && isRecord(value) ? merge(below, value) : value];
  });
  return { ...base, ...Object.fromEntries(merged) };
}
async function refuseTemporary(folder, temporaryFolders) {
  const target = await realPathOfExisting(resolve(folder));
  for (const temporary of temporaryFolders) {
    if (!isInside(target, await realPathOfExisting(resolve(temporary)))) continue;
    const cause = `A CODEX_HOME must not lie in the temp folder ${temporary}, which sandboxed commands may write.`;
    throw new TandemError("state_unwritable", { folder, cause });
  }
}
async function realPathOfExisting(folder) {
  if (await exists(folder)) return realpath(folder);
  const parent = dirname(folder);
  return parent === folder ? folder : join(await realPathOfExisting(parent), basename(folder));
}
function isInside(path, folder) {
  const way = relative(folder, path);
  return way === "" || !way.startsWith("..") && !isAbsolute(way);
}
async function exists(path) {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
export {
  createRehearsalHome,
  removeRehearsalHome
};
