import { dirname } from "node:path";
import type { Entry } from "../../../src/rehearsal/script.ts";
import { type CliWorld, type CliWorldOptions, startCliWorld } from "../../support/cli-world.ts";
import { type ClaudeWorld, type ClaudeWorldOptions, startClaudeWorld } from "./claude-world.ts";

/** What Claude Code calls our server. */
export const ourServer = "plugin:codex:tandem";

/** What the model calls one of our tools. */
export const ourTool = (name: string) => `mcp__plugin_codex_tandem__${name}`;

export interface PluginWorldOptions
  extends Pick<ClaudeWorldOptions, "client" | "script" | "settings" | "allowedTools" | "environment">,
    CliWorldOptions {
  /** What Codex's model does. */
  readonly codexScript: (workspace: string) => Entry;
}

/** A person with both: Claude Code with our plugin, as it is published, and a Codex with a scripted model. */
export interface PluginWorld extends Omit<ClaudeWorld, "project"> {
  readonly tandem: CliWorld;
  readonly pluginFolder: string;
}

export async function startPluginWorld(options: PluginWorldOptions): Promise<PluginWorld> {
  const { codexScript, committed, changed, codex, images, environment, ...claude } = options;
  const tandem = await startCliWorld(codexScript, {
    ...(committed === undefined ? {} : { committed }),
    ...(changed === undefined ? {} : { changed }),
    ...(codex === undefined ? {} : { codex }),
    ...(images === undefined ? {} : { images }),
  });
  const pluginFolder = dirname(dirname(tandem.program));
  const world = await startClaudeWorld({
    ...claude,
    pluginFolder,
    project: tandem.workspace,
    environment: { ...tandem.environment, ...environment },
  });
  return { ...world, tandem, pluginFolder };
}
