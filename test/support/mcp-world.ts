import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { onTestFinished } from "vitest";
import type { Entry } from "../../src/rehearsal/script.ts";
import { type CliWorld, type CliWorldOptions, startCliWorld } from "./cli-world.ts";
import { type ClientAnswer, McpClient } from "./mcp-client.ts";

export interface McpServerOptions {
  /** Added to the environment; undefined removes a variable. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly answers?: Readonly<Record<string, ClientAnswer>>;
  readonly capabilities?: Readonly<Record<string, unknown>>;
  readonly clientInfo?: { readonly name: string; readonly version: string };
  /** Says nothing before the test does. */
  readonly isSilent?: true;
}

/** The world of the command line with MCP servers in it. */
export interface McpWorld extends CliWorld {
  /** What starts the server. */
  readonly server: { readonly command: string; readonly parameters: readonly string[] };
  /** Starts a server and shakes hands. It ends with the test. */
  readonly connect: (options?: McpServerOptions) => Promise<McpClient>;
}

export async function startMcpWorld(
  script: (workspace: string) => Entry,
  options: CliWorldOptions = {},
): Promise<McpWorld> {
  const world = await startCliWorld(script, options);
  const parameters = [join(dirname(dirname(world.program)), "start.cjs"), "mcp"];
  const server = { command: process.execPath, parameters };
  const connect: McpWorld["connect"] = async (run = {}) => {
    const changed = Object.entries({ ...world.environment, ...run.environment });
    const client = new McpClient({
      ...server,
      cwd: run.cwd ?? world.workspace,
      environment: Object.fromEntries(
        changed.filter((entry): entry is [string, string] => entry[1] !== undefined),
      ),
      ...(run.answers === undefined ? {} : { answers: run.answers }),
    });
    onTestFinished(async () => {
      client.child.kill("SIGKILL");
      await client.ended;
    });
    if (run.isSilent !== true) await client.initialize(run.capabilities, run.clientInfo);
    return client;
  };
  return { ...world, server, connect };
}

/** What a client with these folders answers to `roots/list`, with the capability that says so. */
export function rootsOf(...folders: readonly string[]): Pick<McpServerOptions, "answers" | "capabilities"> {
  const roots = folders.map((folder) => ({ uri: pathToFileURL(folder).href }));
  return { answers: { "roots/list": () => ({ roots }) }, capabilities: { roots: {} } };
}
