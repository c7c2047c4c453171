export const codexRequirements = {
  "codex.framing": {
    promise: "Whatever chunks Codex's output arrives in, it gives the same lines, in bounded memory.",
    source: "DESIGN §9",
  },
  "codex.peer": {
    promise:
      "Every request to the app-server is settled exactly once, every request of it is answered, and nothing that it says can break the connection.",
    source: "DESIGN §2",
  },
  "codex.backoff": {
    promise:
      "An overloaded app-server, or one that is about to unload the thread, is asked again with growing delays; nobody above hears “busy”.",
    source: "DESIGN §5",
  },
  "codex.server_requests": {
    promise: "Whatever Codex asks of its client is declined in a form that it reads, and recorded.",
    source: "DESIGN §3",
  },
  "codex.turn_errors": {
    promise: "A failed turn's error kind comes from Codex's typed error, never from its prose.",
    source: "DESIGN §6",
  },
  "codex.watchdog": {
    promise:
      "A run ends at its wall clock or after silence; the stall clock stands still while a command, a tool call or an approval is open.",
    source: "DESIGN §2",
  },
  "codex.overrides": {
    promise:
      "`-c`, `--profile` and settings cannot touch what a pin protects, in dotted, quoted or table form.",
    source: "DESIGN §3",
  },
  "codex.process_group": {
    promise: "Ending Codex ends everything that it started, also what ignores the polite signal.",
    source: "DESIGN §2",
  },
  "codex.start": {
    promise:
      "An app-server that does not start, does not speak or speaks another protocol is a typed error and leaves no process.",
    source: "DESIGN §2",
  },
  "codex.turn": {
    promise:
      "A turn reaches the model as asked (prompt, images, schema, effort, model) and gives its answer, commands and its own usage.",
    source: "DESIGN §2",
  },
  "codex.sandbox": {
    promise:
      "A run has the sandbox of its tier and nothing more, as Codex itself reports it; another one stops it as `sandbox_mismatch`.",
    source: "DESIGN §2, §3",
  },
  "codex.review": {
    promise: "A native review gives the reviewer's findings as data without leaving a thread behind.",
    source: "DESIGN §2, §6",
  },
  "codex.theirs": {
    promise:
      "The user's config.toml is byte-identical after any run; sessions are written only by persistent threads.",
    source: "DESIGN §2",
  },
  "codex.pins": {
    promise: "Every pin takes effect in the real Codex, and without it the run would do what it forbids.",
    source: "DESIGN §2",
  },
  "codex.pins_complete": {
    promise: "Every pin has a check against the real Codex.",
    source: "DESIGN §2",
  },
  "codex.pin_ignored": {
    promise: "A pin that this Codex ignores is `contract_changed` before any model call.",
    source: "DESIGN §2",
  },
  "codex.model_faults": {
    promise: "Every way in which the provider fails ends the turn with its own error kind.",
    source: "DESIGN §2, §6",
  },
  "codex.limits": {
    promise: "Silence and the wall clock end a turn, and a long quiet command is not silence.",
    source: "DESIGN §2",
  },
  "codex.cancel": {
    promise: "A cancelled turn ends at once, and its commands are gone.",
    source: "DESIGN §2, §4",
  },
  "codex.lost": {
    promise: "A Codex that dies or hangs ends the turn; what had arrived is kept and nothing of it is left.",
    source: "DESIGN §2",
  },
  "codex.sandboxed": {
    promise:
      "A command that runs in Codex's sandbox without a model tells its end and output, and never outlives its owner, whenever that dies.",
    source: "issue 8, 5",
  },
  "codex.on_record": {
    promise:
      "A turn that Codex had finished when its app-server died has its result, from Codex's own session file, and the result says so.",
    source: "issue 4, 1",
  },
  "codex.broken_protocol": {
    promise:
      "Nonsense from the app-server (foreign ids, repetitions, wrong order, no JSON, endless lines) neither breaks a turn nor hangs it.",
    source: "DESIGN §2",
  },
} as const;
