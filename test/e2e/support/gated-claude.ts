import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Entry } from "../../../src/rehearsal/script.ts";
import { files } from "../../integration/gate/gate-world.ts";
import { type CliWorld, startCliWorld } from "../../support/cli-world.ts";
import { makeHome } from "../../support/homes.ts";
import { type ClaudeWorld, startClaudeWorld } from "./claude-world.ts";
import type { Client } from "./clients.ts";
import { makeHookPlugin, notedNode } from "./gate-plugin.ts";
import type { Rule } from "./messages-endpoint.ts";
import { calls, type MessageReply } from "./messages-reply.ts";

export interface GatedClaudeOptions {
  readonly client: Client;
  readonly codex: Entry;
  readonly script: readonly Rule[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** A person whose Claude Code has the hooks of our plugin, in a repository with one commit. */
export interface GatedClaude extends ClaudeWorld {
  readonly tandem: CliWorld;
  /** The arguments of each start of `node`. */
  readonly nodeStarts: () => readonly string[];
  /** Lines of the user file, from now on. */
  readonly configure: (...lines: readonly string[]) => void;
}

export async function startGatedClaude(options: GatedClaudeOptions): Promise<GatedClaude> {
  const { client, codex, script, environment } = options;
  const userFile = join(makeHome("config"), "config.toml");
  writeFileSync(userFile, "");
  const tandem = await startCliWorld(() => codex, files);
  const { path, starts } = notedNode();
  const world = await startClaudeWorld({
    client,
    script,
    project: tandem.workspace,
    pluginFolder: await makeHookPlugin(),
    environment: { ...tandem.environment, PATH: path, TANDEM_CONFIG: userFile, ...environment },
    allowedTools: ["Bash"],
  });
  return {
    ...world,
    tandem,
    nodeStarts: starts,
    configure: (...lines) => writeFileSync(userFile, lines.map((line) => `${line}\n`).join("")),
  };
}

/** The model changes the file of the repository. */
export function writes(content: string): MessageReply {
  return calls("Bash", { command: `printf '${content}' > a.txt && echo written`, description: "Write" });
}
