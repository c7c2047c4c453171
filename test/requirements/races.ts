export const racesRequirements = {
  "races.one_user": {
    promise:
      "A thread has one run at a time: a second one that would go on with it is refused, and never gets the answer of the first.",
    source: "issue 4.1, 4.4; Codex 0.169 folds the second turn into the first",
  },
  "races.unbegun": {
    promise: "A turn that is cancelled, refused or out of time before Codex was asked for it is not begun.",
    source: "DESIGN §2 (what is cancelled costs nothing more)",
  },
} as const;
