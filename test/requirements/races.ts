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
  "races.lost_reply": {
    promise:
      "The patch of a reply whose owner died is of its own work: none when it had not begun, and none while another job works in the same work tree, which is left alone.",
    source: "DESIGN §4 (what a lost job left is kept; a work tree has one writer)",
  },
  "races.own_work": {
    promise: "What we do ourselves before a turn and between two, such as checks, is no silence of Codex.",
    source: "DESIGN §2 (stall: nothing was heard from Codex)",
  },
  "races.successor": {
    promise: "The late end of an app-server that was replaced changes nothing of the one in its place.",
    source: "DESIGN §5",
  },
} as const;
