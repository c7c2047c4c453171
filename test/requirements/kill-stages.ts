export const killStagesRequirements = {
  "kill-stages.codex": {
    promise:
      "A Codex that is killed at any stage ends its run in words; thread and partial answer are kept, a finished answer counts.",
    source: "issue 4, faults that must be survived (SIGKILL of the app-server, of the exec child)",
  },
  "kill-stages.guardian": {
    promise:
      "A guardian that is killed at any stage is replaced, or its run ends in words; nothing is left unguarded.",
    source: "issue 4, faults that must be survived",
  },
  "kill-stages.runner": {
    promise:
      "A job whose own process is killed at any stage is over with the next look at it, with all that had arrived, and a finished answer is recovered.",
    source: "issue 4 §8 and its faults; DESIGN §4",
  },
  "kill-stages.waiter": {
    promise:
      "A command that is killed while it waits, at any stage, changes nothing for a run that has an owner.",
    source: "issue 4 §3; DESIGN §4",
  },
} as const;
