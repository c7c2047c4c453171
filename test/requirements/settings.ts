export const settingsRequirements = {
  "settings.order": {
    promise: "flag > TANDEM_* > user file > project file > default, and each value names where it came from.",
    source: "DESIGN §7",
  },
  "settings.strict": {
    promise:
      "On the command line a bad value, unknown key or unreadable user file is a usage error that names the remedy.",
    source: "DESIGN §7",
  },
  "settings.lenient": {
    promise: "In the MCP server and in hooks a bad value is a warning and the next place's value is taken.",
    source: "DESIGN §7",
  },
  "settings.narrow": {
    promise:
      "A project file can only narrow limits and permissions; whatever else it says is ignored with a warning in every mode.",
    source: "DESIGN §7",
  },
  "settings.project-file-hostile": {
    promise:
      "A linked, oversized, blocking or malformed project file is ignored with a bounded number of warnings.",
    source: "DESIGN §7",
  },
  "settings.full-access": {
    promise:
      "Full access can be allowed in the user file only, and never by a file or variable that a repository brings along.",
    source: "DESIGN §3",
  },
  "settings.values": {
    promise:
      "Durations, sizes, counts, switches, lists and paths are read in their documented forms and nothing else.",
    source: "DESIGN §7",
  },
  "settings.table": {
    promise:
      "Every entry has a type, limits, a default within them, a description and a rule of who may set it.",
    source: "DESIGN §7",
  },
  "settings.places": {
    promise:
      "The user file has one documented place per system, or the absolute one that TANDEM_CONFIG names.",
    source: "DESIGN §7",
  },
  "settings.state-root": {
    promise:
      "The state root follows one rule on every system, is absolute, and is never the temp folder by default.",
    source: "DESIGN §1",
  },
  "settings.environment-allow": {
    promise: "Only variables on the allow-list are passed on to Codex's shell.",
    source: "DESIGN §2",
  },
  "settings.repository-variables": {
    promise:
      "What the Claude settings of a repository set in the environment chooses no Codex, endpoint, broker or state folder: it is left out, and that is said.",
    source:
      "DESIGN §7 (a project may only narrow); claude-code.md C4 (the server gets the whole environment)",
  },
  "settings.docs": {
    promise:
      "Flag help, docs/settings.md, its schema and docs/errors.md are generated and fail a check when they drift.",
    source: "DESIGN §6, §7",
  },
} as const;
