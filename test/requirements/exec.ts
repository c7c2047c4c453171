export const execRequirements = {
  "exec.arguments": {
    promise:
      "The command line of a one-shot run names sandbox and folder always, carries every pin, never the prompt, and holds no option that bypasses anything.",
    source: "DESIGN §2, §3",
  },
  "exec.toml": {
    promise: "Whatever a configuration value holds, Codex reads it as it was meant.",
    source: "DESIGN §2",
  },
  "exec.environment": {
    promise:
      "The model's commands get the core variables and the allow-list, and no value of the allow-list shows in the list of processes.",
    source: "DESIGN §2",
  },
  "exec.stream": {
    promise:
      "Unknown events and items are kept, repeated keys, nonsense and endless lines are survived, and an `error` event ends nothing.",
    source: "DESIGN §2",
  },
  "exec.bounded": {
    promise:
      "Any amount of output is taken in bounded memory, and a flood of nonsense does not fill the journal.",
    source: "DESIGN §9",
  },
  "exec.session_file": {
    promise: "Codex's session file is found from the thread's id alone, read once, and in bounded memory.",
    source: "DESIGN §2",
  },
  "exec.turn": {
    promise:
      "A one-shot turn reaches the model as asked (prompt, images, schema, effort, model) and gives its answer, commands and its own usage.",
    source: "DESIGN §2",
  },
  "exec.inputs": {
    promise:
      "What Codex would silently go without (an image, a folder, a prompt) is refused before anything starts.",
    source: "DESIGN §7",
  },
  "exec.resume": {
    promise:
      "Only whole thread ids are continued; a turn on an earlier thread stays on it, counts its own tokens, and takes its sandbox from this run.",
    source: "DESIGN §2, §6",
  },
  "exec.sandbox": {
    promise:
      "The sandbox in force is read back before the model's first call; another one ends the run as `sandbox_mismatch`, and an ephemeral run says `unverified`.",
    source: "DESIGN §2",
  },
  "exec.rules": {
    promise: "An execution rule of the user's that allows a command does not take it out of the sandbox.",
    source: "DESIGN §3",
  },
  "exec.pins": {
    promise:
      "Every pin reaches the one-shot engine and takes effect there; one that Codex ignores is `contract_changed`.",
    source: "DESIGN §2",
  },
  "exec.isolation": {
    promise: "`--isolation` leaves out the user's configuration, and its rules.",
    source: "DESIGN §3",
  },
  "exec.theirs": {
    promise:
      "The user's config.toml is byte-identical after a run, sessions are written by persistent threads only, and nothing of ours is left.",
    source: "DESIGN §2",
  },
  "exec.refused_calls": {
    promise: "Calls that Codex or its sandbox refused are named, although the events do not show them.",
    source: "DESIGN §2",
  },
  "exec.errors": {
    promise:
      "The kind of a failure comes from Codex's typed error where there is one, else from the exact messages of its own; prose around them changes nothing.",
    source: "DESIGN §6",
  },
  "exec.start_errors": {
    promise: "A Codex that refuses to start says why, as an error of its own kind, and nothing was spent.",
    source: "DESIGN §6",
  },
  "exec.model_faults": {
    promise: "Every way in which the provider fails ends a one-shot turn with its own error kind.",
    source: "DESIGN §2, §6",
  },
  "exec.limits": {
    promise:
      "The wall clock ends a one-shot turn; silence does not, since nothing is told between items, and Codex's own limit on a silent stream does.",
    source: "DESIGN §2",
  },
  "exec.cancel": {
    promise:
      "A cancelled one-shot turn ends at once with everything it started, and its thread can be continued.",
    source: "DESIGN §2, §4",
  },
  "exec.lost": {
    promise:
      "A Codex that dies or says nothing ends the turn; what had arrived is kept and nothing of it is left.",
    source: "DESIGN §2",
  },
  "exec.guardian": {
    promise:
      "When the process that owns a run dies, however it dies, Codex and everything that it started end at once; a run without its guardian does not go on.",
    source: "DESIGN §2",
  },
  "exec.family": {
    promise:
      "Ending Codex ends what it started in groups and sessions of their own, also what ignores signals.",
    source: "DESIGN §2",
  },
} as const;
