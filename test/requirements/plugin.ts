export const pluginRequirements = {
  "plugin.valid": {
    promise:
      "Both pinned versions of Claude Code find nothing to say about the marketplace and the plugin, warnings included.",
    source: "issue 6 item 1 (validates with --strict in both pinned versions)",
  },
  "plugin.install": {
    promise:
      "The plugin installs from a git marketplace, takes every option, and puts `tandem` on the PATH of Claude's Bash.",
    source: "issue 6 item 1",
  },
  "plugin.whole": {
    promise: "What npm publishes is all that the plugin needs.",
    source: "issue 6 item 1 (installs as an npm package: bundle all)",
  },
  "plugin.commands.free": { promise: "x", source: "y" },
} as const;
