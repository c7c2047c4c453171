const issue = "issue 7, one-shot operators";

/** What operators promise. */
export const operatorsRequirements = {
  "operator.success": {
    promise:
      "A run counts as done when files, events and checks say so; its outputs are then at their places.",
    source: issue,
  },
  "operator.claim": {
    promise: "An agent's word is no evidence: without the files a run fails, whatever it claims.",
    source: issue,
  },
} as const;
