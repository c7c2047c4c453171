import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { toolFolder } from "../../support/cli-program.ts";
import { testEnvironment } from "../../support/environment.ts";
import { makeHome } from "../../support/homes.ts";
import { type ClaudeHost, type HostOptions, startHost } from "./claude-host.ts";
import {
  type ClaudeEnd,
  type ClaudeProcess,
  type ClaudeStart,
  startClaudeProcess,
} from "./claude-process.ts";
import { type ClaudeTerminal, startTerminal } from "./claude-terminal.ts";
import type { Client } from "./clients.ts";
import { type MessagesEndpoint, type Rule, startMessagesEndpoint } from "./messages-endpoint.ts";

export interface ClaudeWorldOptions {
  readonly client: Client;
  /** What the model does; without it every request is refused. */
  readonly script?: readonly Rule[];
  /** Loaded for the session, as `--plugin-dir` does. */
  readonly pluginFolder?: string;
  /** Servers by name, as in `mcpServers` of `.mcp.json`, for tests of a server without its plugin. */
  readonly servers?: Readonly<Record<string, unknown>>;
  /** The folder to work in; a new one without it. */
  readonly project?: string;
  /** As in settings.json. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly allowedTools?: readonly string[];
  /** Added to the environment; undefined removes a variable. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** A person with a Claude Code that speaks to a scripted model, with nothing of this machine's own user. */
export interface ClaudeWorld {
  readonly endpoint: MessagesEndpoint;
  readonly project: string;
  /** CLAUDE_CONFIG_DIR. */
  readonly configFolder: string;
  /** `claude -p <prompt>` to its end, with its stdin closed. */
  readonly print: (prompt: string, parameters?: readonly string[]) => Promise<PrintResult>;
  /** `claude -p` as a host drives it: prompts, permissions and forms over stdin and stdout. */
  readonly host: (options?: HostOptions) => Promise<ClaudeHost>;
  /** Claude Code as a person sees it. Resolves when the prompt can be typed into. */
  readonly terminal: (parameters?: readonly string[]) => Promise<ClaudeTerminal>;
  /** `claude <parameters>` with nothing added, such as `plugin validate`. Runs until its stdin is closed or it ends. */
  readonly start: (parameters: readonly string[]) => ClaudeProcess;
}

export interface PrintResult extends ClaudeEnd {
  readonly events: ClaudeProcess["events"]["items"];
  /** The text that `-p` would print without an output format; undefined when it came to no result. */
  readonly result: string | undefined;
}

/** Makes a world that ends with the test. */
export async function startClaudeWorld(options: ClaudeWorldOptions): Promise<ClaudeWorld> {
  const endpoint = await startMessagesEndpoint(options.script ?? []);
  onTestFinished(async () => endpoint.close());
  const project = options.project ?? (await makeFolder("tandem-project-"));
  const configFolder = makeHome("claude");
  await writeFile(join(configFolder, ".claude.json"), JSON.stringify(firstStartIsOver(project)));
  const base = {
    program: options.client.program,
    folder: project,
    environment: composeEnvironment(options, {
      CLAUDE_CONFIG_DIR: configFolder,
      CLAUDE_CODE_TMPDIR: await makeFolder("tandem-claude-"),
      ANTHROPIC_BASE_URL: endpoint.url,
    }),
  };
  const session = sessionParameters(options);
  const startPrint = (parameters: readonly string[]): ClaudeProcess =>
    startClaudeProcess({ ...base, parameters: [...parameters, ...printParameters, ...session] });
  return {
    endpoint,
    project,
    configFolder,
    print: async (prompt, parameters = []) => {
      const child = startPrint(["-p", prompt, ...parameters]);
      child.closeInput();
      const end = await child.ended;
      const result = child.events.items.find(({ type }) => type === "result")?.["result"];
      return { ...end, events: child.events.items, result: typeof result === "string" ? result : undefined };
    },
    host: async (host = {}) =>
      startHost(
        startPrint(["-p", "--input-format", "stream-json", "--permission-prompt-tool", "stdio"]),
        host,
      ),
    terminal: async (parameters = []) =>
      startTerminal({ ...base, parameters: [...parameters, ...session] } satisfies ClaudeStart),
    start: (parameters) => startClaudeProcess({ ...base, parameters }),
  };
}

const printParameters = ["--output-format", "stream-json", "--verbose"];
const apiKey = "scripted";

function sessionParameters({ pluginFolder, servers, settings, allowedTools }: ClaudeWorldOptions): string[] {
  return [
    ...(pluginFolder === undefined ? [] : ["--plugin-dir", pluginFolder]),
    ...(servers === undefined ? [] : ["--mcp-config", JSON.stringify({ mcpServers: servers })]),
    ...(settings === undefined ? [] : ["--settings", JSON.stringify(settings)]),
    ...(allowedTools === undefined ? [] : ["--allowedTools", allowedTools.join(" ")]),
  ];
}

function composeEnvironment(
  { environment = {} }: ClaudeWorldOptions,
  places: Readonly<Record<string, string>>,
): Record<string, string> {
  const all = {
    ...testEnvironment(),
    PATH: toolFolder(),
    ...places,
    ANTHROPIC_API_KEY: apiKey,
    CLAUDE_CODE_MAX_RETRIES: "0",
    // `-p` waits for servers however slow the machine is; else the oldest says after two seconds that there is no such tool.
    MCP_CONNECTION_NONBLOCKING: "0",
    DISABLE_TELEMETRY: "1",
    DISABLE_AUTOUPDATER: "1",
    // It would look for an installation in the home.
    DISABLE_INSTALLATION_CHECKS: "1",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    ...environment,
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** What Claude Code stores once its questions of a first start were answered. */
function firstStartIsOver(project: string): unknown {
  return {
    hasCompletedOnboarding: true,
    theme: "dark",
    customApiKeyResponses: { approved: [apiKey], rejected: [] },
    projects: { [project]: { hasTrustDialogAccepted: true } },
  };
}

/** A new folder in the temp folder that is removed after the test. */
async function makeFolder(prefix: string): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), prefix)));
  onTestFinished(async () => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}
