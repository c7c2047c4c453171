import { type ConfigTable, type ConfigValue, mergeConfig, tableOf } from "./config-value.ts";
import { familyVariable } from "./family-mark.ts";
import { mcpServerConfig, readMcpAllowList } from "./mcp-allow.ts";

/** What a pin's value may depend on: facts about the run and about the user's own configuration. */
export interface PinContext {
  /** The repository must not steer the run: reviews and the gate. */
  readonly untrusted: boolean;
  readonly network: boolean;
  /** Folders that Codex could take for the project: the working folder and the work tree's root. */
  readonly projectRoots: readonly string[];
  /** Variables for Codex's shell beside the core ones. */
  readonly environment: Readonly<Record<string, string>>;
  /** The only variables that the user's own configuration lets through to commands; empty where it does not say. */
  readonly shellVariables: readonly string[];
  /** MCP servers in the user's configuration, and the allow-list of servers (`server`) and tools (`server.tool`) of this run. */
  readonly mcpConfigured: readonly string[];
  readonly mcpAllowed: readonly string[];
  /** The provider's own table in the user's configuration; undefined for Codex's built-in ones, which cannot be overridden. */
  readonly provider?: { readonly id: string; readonly table: Readonly<Record<string, unknown>> };
}

/** One key of Codex's configuration on which a promise rests. */
export interface Pin {
  readonly path: readonly string[];
  readonly reason: string;
  /** The value to send; undefined where the context needs none. */
  readonly value: (context: PinContext) => ConfigValue | undefined;
}

const off = () => false;

/**
 * Every key that a promise rests on, sent with each thread of the app-server engine. The sandbox and the approval policy are
 * parameters of thread/start and turn/start: see `app-server/thread.ts`. All were seen to take effect in Codex 0.169.
 */
export const pins: readonly Pin[] = [
  {
    path: ["sandbox_workspace_write", "writable_roots"],
    reason: "The user's own extra folders stay writable beside those that the turn's policy names.",
    value: () => [],
  },
  {
    path: ["web_search"],
    reason: "The search tool works although the sandbox has no network.",
    value: ({ network }) => (network ? undefined : "disabled"),
  },
  {
    path: ["shell_environment_policy", "inherit"],
    reason: "Commands of the model inherit every variable otherwise, keys and passwords included.",
    value: () => "core",
  },
  {
    path: ["shell_environment_policy", "set"],
    reason: "The variables of the allow-list, for this run alone. SHLVL keeps bash from reading ~/.bashrc.",
    // Bash takes a socket as stdin of its first level for a remote login and runs ~/.bashrc, whose output the model would read.
    value: ({ environment }) => ({ SHLVL: "1", ...environment }),
  },
  {
    path: ["shell_environment_policy", "include_only"],
    reason: "The user's own list leaves out the variable that tells which commands were started by Codex.",
    value: ({ shellVariables }) =>
      shellVariables.length === 0 ? undefined : [...shellVariables, familyVariable],
  },
  {
    path: ["allow_login_shell"],
    reason: "A login shell runs the user's profile and replaces PATH.",
    value: off,
  },
  {
    path: ["features", "shell_snapshot"],
    reason: "The snapshot writes the whole environment to a readable file in CODEX_HOME.",
    value: off,
  },
  {
    path: ["features", "unbounded_connection_retries"],
    reason: "An unreachable provider keeps the run waiting for ever.",
    value: off,
  },
  {
    path: ["model_providers", "*", "request_max_retries"],
    reason: "More retries than Codex's own default outlast every limit of time.",
    value: ({ provider }) => cap(provider, "request_max_retries", 4),
  },
  {
    path: ["model_providers", "*", "stream_max_retries"],
    reason: "More retries than Codex's own default outlast every limit of time.",
    value: ({ provider }) => cap(provider, "stream_max_retries", 5),
  },
  {
    path: ["model_providers", "*", "stream_idle_timeout_ms"],
    reason: "A silent stream is noticed only after this time.",
    value: ({ provider }) => cap(provider, "stream_idle_timeout_ms", 300_000),
  },
  {
    path: ["features", "apps"],
    reason: "Connectors act outside the sandbox.",
    value: off,
  },
  {
    path: ["features", "plugins"],
    reason:
      "Plugins bring tools and MCP servers that nobody asked for, and fetch their list from the network.",
    value: off,
  },
  {
    path: ["features", "remote_plugin"],
    reason: "Remote plugins act outside the sandbox and do not come from the user's configuration.",
    value: off,
  },
  {
    path: ["features", "skill_mcp_dependency_install"],
    reason: "A skill could install an MCP server.",
    value: off,
  },
  {
    path: ["features", "goals"],
    reason: "An active goal starts further turns after the answer.",
    value: off,
  },
  {
    path: ["agents", "enabled"],
    reason:
      "Sub-agents spend tokens that the run does not account for. Models choose them by themselves, whatever `features.multi_agent` says.",
    value: off,
  },
  {
    path: ["features", "multi_agent_v2"],
    reason: "It brings sub-agents back although `agents.enabled` is false.",
    value: off,
  },
  {
    path: ["features", "sleep_tool"],
    reason: "The sleep tool waits for hours inside a turn.",
    value: off,
  },
  {
    path: ["notify"],
    reason: "The user's notification program would be started by every run.",
    value: () => [],
  },
  {
    path: ["mcp_servers"],
    reason:
      "The user's MCP servers run outside the sandbox; --mcp names those that may start, and their tools.",
    value: mcpServers,
  },
  {
    path: ["projects"],
    reason: "An untrusted repository's AGENTS.md and .codex folder do not steer its own review.",
    value: ({ untrusted, projectRoots }) =>
      untrusted
        ? Object.fromEntries(projectRoots.map((root) => [root, { trust_level: "untrusted" }]))
        : undefined,
  },
  {
    path: ["skills", "include_instructions"],
    reason: "Skills of an untrusted repository are offered to the model all the same.",
    value: ({ untrusted }) => (untrusted ? false : undefined),
  },
];

/** One pin with the value that it has in a run. */
export interface EffectivePin {
  readonly path: readonly string[];
  readonly reason: string;
  readonly value: ConfigValue;
}

/** The pins of one run. */
export function effectivePins(context: PinContext, table: readonly Pin[] = pins): readonly EffectivePin[] {
  return table.flatMap(({ path, reason, value }) => {
    const effective = value(context);
    if (effective === undefined) return [];
    return [
      {
        path: path.map((part) => (part === "*" ? (context.provider?.id ?? part) : part)),
        reason,
        value: effective,
      },
    ];
  });
}

/** The pins as one table of configuration. */
export function tableOfPins(pinned: readonly EffectivePin[]): ConfigTable {
  return pinned.reduce<ConfigTable>((table, { path, value }) => mergeConfig(table, tableOf(path, value)), {});
}

/** The user's own value when it is within the limit, else the limit. A value that the user did not set is Codex's default. */
function cap(provider: PinContext["provider"], key: string, limit: number): number | undefined {
  const own = provider?.table[key];
  return typeof own === "number" && own > limit ? limit : undefined;
}

function mcpServers({ mcpConfigured, mcpAllowed, untrusted }: PinContext): ConfigTable | undefined {
  const allowed = readMcpAllowList(mcpAllowed);
  const tables = mcpConfigured.flatMap((name) => {
    const table = mcpServerConfig(allowed.get(name), { untrusted });
    return table === undefined ? [] : [[name, table] as const];
  });
  return tables.length === 0 ? undefined : Object.fromEntries(tables);
}
