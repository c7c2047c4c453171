import { mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { TandemError } from "../../domain/errors/tandem-error.ts";
import { ConnectionError } from "../app-server/peer.ts";
import { readConfiguration } from "../app-server/read-configuration.ts";
import { startAppServer } from "../app-server/start-app-server.ts";
import type { ThreadOptions } from "../engine.ts";
import type { ExecStart } from "./exec-engine.ts";
import { inlineToml } from "./inline-toml.ts";
import { startFailure } from "./start-failure.ts";

/** Codex's home, by its own rule. */
export function codexHomeOf(environment: NodeJS.ProcessEnv): string {
  const { CODEX_HOME: named, HOME: home, USERPROFILE: profile } = environment;
  return named !== undefined && named !== "" ? named : join(home || profile || homedir(), ".codex");
}

/**
 * What the pins have to know of the user's configuration: MCP servers, limits of the provider, listed variables. `codex exec` refuses a pin on a
 * server that is not configured, so the list must be exact, and only Codex itself knows it: layers, trust, projects. Where no layer
 * speaks of these things nothing is asked. Throws what a failed start throws.
 */
export async function readUserConfiguration(
  start: ExecStart,
  options: ThreadOptions,
): Promise<Readonly<Record<string, unknown>>> {
  const isInherited = (options.isolation ?? "inherit") === "inherit";
  const layers = isInherited ? await userLayers(start, options) : systemLayers;
  if (!(await speakOfPinnedThings(layers, start.platform ?? process.platform))) return {};
  if (isInherited) return askCodex(start, options);
  // A run without the user's configuration knows no trusted projects either: only the system's layers are left (Codex 0.169).
  const emptyHome = await mkdtemp(join(start.folder, "exec-home-"));
  try {
    const environment = { ...start.environment, CODEX_HOME: emptyHome };
    return await askCodex({ ...start, environment }, options);
  } finally {
    await rm(emptyHome, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function askCodex(
  start: ExecStart,
  options: ThreadOptions,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    const server = await startAppServer({
      ...start,
      program: { ...start.program, parameters: [...start.program.parameters, ...trustArguments(options)] },
      identity: { name: "codex_tandem", version: "0" },
      onEvent: () => undefined,
    });
    try {
      return await readConfiguration(server, options.cwd);
    } finally {
      await server.close();
    }
  } catch (error) {
    throw betterReason(start, error);
  }
}

const systemLayers = ["/etc/codex/config.toml", "/etc/codex/managed_config.toml"];

/** The escape is for keys that are written with one. */
const pinnedThings = /mcp_servers|include_only|_max_retries|stream_idle_timeout_ms|\\u/i;

async function speakOfPinnedThings(layers: readonly string[], platform: NodeJS.Platform): Promise<boolean> {
  // Where the system's own layer is on Windows is not known.
  if (platform === "win32") return true;
  const texts = await Promise.all(layers.map(async (path) => readFile(path, "utf8").catch(() => ""))); // No file, no layer.
  return texts.some((text) => pinnedThings.test(text));
}

async function userLayers(start: ExecStart, { cwd, untrusted }: ThreadOptions): Promise<readonly string[]> {
  const own = join(codexHomeOf(start.environment), "config.toml");
  return [own, ...systemLayers, ...(untrusted ? [] : await projectLayers(cwd))];
}

/** Codex reads `.codex/config.toml` in the folders from the project's root to the working folder. */
async function projectLayers(cwd: string): Promise<readonly string[]> {
  const layers: string[] = [];
  let folder = await realpath(cwd).catch(() => cwd); // Codex itself tells what is wrong with it.
  for (;;) {
    layers.push(join(folder, ".codex", "config.toml"));
    const parent = dirname(folder);
    if (parent === folder) return layers;
    folder = parent;
  }
}

/** A server of a project that the run does not trust is not configured for it. */
function trustArguments({ untrusted, cwd, workTreeRoot = cwd }: ThreadOptions): readonly string[] {
  const roots = [...new Set([cwd, workTreeRoot])];
  const projects = Object.fromEntries(roots.map((root) => [root, { trust_level: "untrusted" }]));
  return untrusted ? ["-c", `projects=${inlineToml(projects)}`] : [];
}

/** A configuration with a fault keeps an app-server from starting, or from telling it; `codex exec` would not start either. */
function betterReason({ program }: ExecStart, error: unknown): unknown {
  if (error instanceof ConnectionError) {
    return new TandemError("protocol", { problem: error.message }, { cause: error });
  }
  if (!(error instanceof TandemError) || error.report.kind !== "spawn_failed") return error;
  const said = String(error.report.details?.["cause"] ?? "");
  return startFailure({ path: program.path, stderr: said, pins: [] });
}
