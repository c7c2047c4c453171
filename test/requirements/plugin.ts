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
  "plugin.update": {
    promise:
      "Installed from a marketplace, commands, hooks and server work; an update and `/reload-plugins` in the middle of a job take nothing of it.",
    source: "issue 6 (install from a marketplace, update, reload during a job)",
  },
  "plugin.whole": {
    promise: "What npm publishes is all that the plugin needs.",
    source: "issue 6 item 1 (installs as an npm package: bundle all)",
  },
  "plugin.commands.free": {
    promise:
      "status, cancel, result --show, dry runs and every error of a slash command cost no model request.",
    source: "issue 6 item 2",
  },
  "plugin.commands.exact": {
    promise:
      "What is typed behind a slash command reaches Codex byte for byte; leading flags alone are read as flags, and no shell reads any of it.",
    source: "issue 6 item 2; DESIGN §7",
  },
  "plugin.commands.run": {
    promise:
      "A command that asks Codex begins its run by itself; the model gets the job and shows the tool's text.",
    source: "issue 6 item 2 (run by tool, shown verbatim)",
  },
  "plugin.commands.fallback": {
    promise: "Without the server the same commands are answered by the command line.",
    source: "issue 6 item 2 (ordinary command body as fallback)",
  },
  "plugin.rescue.write": {
    promise:
      "A rescue writes only when the person typed --write; their words and the prompt that was sent are kept.",
    source: "issue 6 item 3",
  },
  "plugin.rescue.report": {
    promise:
      "What the agent codex-rescue says of Codex is in a stored run of its own, or it is sent back once and then marked for the person.",
    source: "issue 6 item 3; user-pains 7",
  },
  "plugin.rescue.fails": {
    promise:
      "A broken or missing Codex, a denied tool and a missing login reach the person as what they are, never as prose in Codex's place.",
    source: "issue 6 item 3; user-pains 7, 12",
  },
  "plugin.sessions": {
    promise:
      "The end of a session and /clear stop no run of another one, and every session finds every result.",
    source: "issue 6; user-pains 4, 31",
  },
  "plugin.terminal": {
    promise: "A person sees status and the progress of a review, and Esc stops what waits.",
    source: "issue 6 (the TUI in a pty)",
  },
  "plugin.background": {
    promise:
      "Where Claude Code takes a long call into the background, the conversation goes on, and the result wakes it.",
    source: "issue 6 item 2 (long runs); claude-code.md C4",
  },
  "plugin.options": {
    promise: "Options of the plugin are settings where nothing nearer is set.",
    source: "issue 6 item 1 (userConfig)",
  },
  "plugin.setup": {
    promise:
      "Setup says what is there and what is missing, changes nothing unasked, and writes rules with a backup; it may be run again.",
    source: "issue 6 item 7",
  },
  "plugin.commands.listed": {
    promise: "The flags that a page of the plugin shows are those that its command knows.",
    source: "issue 6 item 2",
  },
  "plugin.commands.hostile": {
    promise:
      "Whatever is typed behind any command, no shell runs any of it, free text is stored and sent byte for byte, and what a command does not know is refused by name; none of that asks a model.",
    source: "issue 6 item 2 (each command with hostile arguments; zero model requests)",
  },
  "plugin.commands.pages": {
    promise: "Every page does in both real clients what its command promises, and comes to an end.",
    source: "issue 6 item 2; user-pains 11, 32",
  },
  "plugin.setup.gate": {
    promise:
      "`/codex:setup --enable-review-gate` and its counterpart switch the gate without a model request.",
    source: "issue 6 items 2, 6 and 7",
  },
} as const;
