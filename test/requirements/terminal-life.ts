export const terminalLifeRequirements = {
  "life.asked": {
    promise:
      "Whoever waits for a job on a terminal is asked for all that Codex asks, and only as long as it waits.",
    source: "DESIGN §3; issue 4, point 9",
  },
  "life.answer": {
    promise:
      "An answer is taken or refused with what there is to answer; what is shown afterwards is true afterwards.",
    source: "DESIGN §3; issue 4, points 5 and 9",
  },
  "life.interrupt": {
    promise: "Ctrl-C cancels what this command has started and leaves what was started elsewhere.",
    source: "DESIGN §4; issue 4, point 5",
  },
  "life.words": {
    promise:
      "Whatever a job command refuses, it says what is so and what to do; help fits a narrow terminal.",
    source: "issue 4, points 5 and 6; user pains 31",
  },
  "life.same_key": {
    promise: "Who asks again with an idempotency key is told that the job is the one of before.",
    source: "DESIGN §4 (idempotency key)",
  },
  "life.queue_line": {
    promise: "Whoever waits for a job that waits for its turn sees its place in the queue.",
    source: "issue 4, point 6; user pains 27",
  },
  "life.early_cancel": {
    promise: "A job that is cancelled before there is anything to interrupt is cancelled and stays so.",
    source: "issue 4, point 7; user pains 22",
  },
  "life.kept": {
    promise:
      "A result is there until it was read and is old, or is consumed; a job that has not ended is never removed.",
    source: "DESIGN §4 (retention); issue 4, point 5; user pains 4, 5",
  },
  "life.shape": {
    promise: "The status of a job tells scripts its state, phase, place, owner, asker and when to ask again.",
    source: "DESIGN §6; issue 4, point 6",
  },
} as const;
