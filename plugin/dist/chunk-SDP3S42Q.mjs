// src/codex/pins.ts
var off = () => false;
var pins = [
  {
    path: ["sandbox_workspace_write", "writable_roots"],
    reason: "The user's own extra folders stay writable beside those that the turn's policy names.",
    value: () => []
  },
  {
    path: ["web_search"],
    reason: "The search tool works although the sandbox has no network.",
    value: ({ network }) => network ? void 0 : "disabled"
  },
  {
    path: ["shell_environment_policy", "inherit"],
    reason: "Commands of the model inherit every variable otherwise, keys and passwords included.",
    value: () => "core"
  },
  {
    path: ["shell_environment_policy", "set"],
    reason: "The variables of the allow-list, for this run alone. SHLVL keeps bash from reading ~/.bashrc.",
    // Bash takes a socket as stdin of its first level for a remote login and runs ~/.bashrc, whose output the model would read.
    value: ({ environment }) => ({ SHLVL: "1", ...environment })
  },
  {
    path: ["allow_login_shell"],
    reason: "A login shell runs the user's profile and replaces PATH.",
    value: off
  },
  {
    path: ["features", "shell_snapshot"],
    reason: "The snapshot writes the whole environment to a readable file in CODEX_HOME.",
    value: off
  },
  {
    path: ["features", "unbounded_connection_retries"],
    reason: "An unreachable provider keeps the run waiting for ever.",
    value: off
  },
  {
    path: ["model_providers", "*", "request_max_retries"],
    reason: "More retries than Codex's own default outlast every limit of time.",
    value: ({ provider }) => cap(provider, "request_max_retries", 4)
  },
  {
    path: ["model_providers", "*", "stream_max_retries"],
    reason: "More retries than Codex's own default outlast every limit of time.",
    value: ({ provider }) => cap(provider, "stream_max_retries", 5)
  },
  {
    path: ["model_providers", "*", "stream_idle_timeout_ms"],
    reason: "A silent stream is noticed only after this time.",
    value: ({ provider }) => cap(provider, "stream_idle_timeout_ms", 3e5)
  },
  {
    path: ["features", "apps"],
    reason: "Connectors act outside the sandbox.",
    value: off
  },
  {
    path: ["features", "plugins"],
    reason: "Plugins bring tools and MCP servers that nobody asked for, and fetch their list from the network.",
    value: off
  },
  {
    path: ["features", "remote_plugin"],
    reason: "Remote plugins act outside the sandbox and do not come from the user's configuration.",
    value: off
  },
  {
    path: ["features", "skill_mcp_dependency_install"],
    reason: "A skill could install an MCP server.",
    value: off
  },
  {
    path: ["features", "goals"],
    reason: "An active goal starts further turns after the answer.",
    value: off
  },
  {
    path: ["agents", "enabled"],
    reason: "Sub-agents spend tokens that the run does not account for. Models choose them by themselves, whatever `features.multi_agent` says.",
    value: off
  },
  {
    path: ["features", "multi_agent_v2"],
    reason: "It brings sub-agents back although `agents.enabled` is false.",
    value: off
  },
  {
    path: ["features", "sleep_tool"],
    reason: "The sleep tool waits for hours inside a turn.",
    value: off
  },
  {
    path: ["notify"],
    reason: "The user's notification program would be started by every run.",
    value: () => []
  },
  {
    path: ["mcp_servers"],
    reason: "The user's MCP servers run outside the sandbox; --mcp names those that may start.",
    value: ({ mcpConfigured, mcpAllowed }) => disabled(mcpConfigured.filter((name) => !mcpAllowed.includes(name)))
  },
  {
    path: ["projects"],
    reason: "An untrusted repository's AGENTS.md and .codex folder do not steer its own review.",
    value: ({ untrusted, projectRoots }) => untrusted ? Object.fromEntries(projectRoots.map((root) => [root, { trust_level: "untrusted" }])) : void 0
  },
  {
    path: ["skills", "include_instructions"],
    reason: "Skills of an untrusted repository are offered to the model all the same.",
    value: ({ untrusted }) => untrusted ? false : void 0
  }
];
function effectivePins(context, table = pins) {
  return table.flatMap(({ path, reason, value }) => {
    const effective = value(context);
    if (effective === void 0) return [];
    return [
      {
        path: path.map((part) => part === "*" ? context.provider?.id ?? part : part),
        reason,
        value: effective
      }
    ];
  });
}
function cap(provider, key, limit) {
  const own = provider?.table[key];
  return typeof own === "number" && own > limit ? limit : void 0;
}
function disabled(names) {
  if (names.length === 0) return void 0;
  return Object.fromEntries(names.map((name) => [name, { enabled: false }]));
}

export {
  pins,
  effectivePins
};
