export const gateRequirements = {
  "gate.snapshot": {
    promise:
      "The gate's baseline is kept beside the repository, whole and exact, without a write or a program of the repository.",
    source: "issue 6.6 (the change since the baseline); DESIGN §2 (theirs stays theirs), §7 (git reads)",
  },
} as const;
