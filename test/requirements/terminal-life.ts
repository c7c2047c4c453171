export const terminalLifeRequirements = {
  "life.asked": {
    promise:
      "Whoever waits for a job on a terminal is asked for all that Codex asks, and only as long as it waits.",
    source: "DESIGN §3; issue 4, point 9",
  },
} as const;
