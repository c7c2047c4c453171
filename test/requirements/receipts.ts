export const receiptsRequirements = {
  "receipts.written": {
    promise:
      "Each job that ends has a receipt with its run's facts and the digests of prompt, journal, final text, patch and rollout; its record names the receipt.",
    source: "issue 6 item 4; DESIGN §4 (receipt.json)",
  },
  "receipts.sent": {
    promise:
      "A receipt has the digests of prompt and answer as sent, also where the stored ones are redacted.",
    source: "issue 6 item 4",
  },
  "receipts.line": {
    promise:
      "The short form of a receipt is one line of one wording, in the header of a result, and found again in any text.",
    source: "issue 6 items 3 and 4; user pains 7",
  },
  "receipts.alteration": {
    promise: "An altered byte, a deleted or an added file of an ended job is found and named.",
    source: "issue 6 item 4",
  },
  "receipts.invention": {
    promise: "A receipt of another job, a forged one and a result that no job gave do not verify.",
    source: "issue 6 item 4; user pains 7",
  },
  "receipts.verify": {
    promise:
      "`tandem verify` takes a job, a receipt, a folder or a saved result, starts nothing, gives a row for each check, and exits with 0, 1 or 2.",
    source: "issue 6 item 4; DESIGN §6 (exit codes, verification_failed)",
  },
  "receipts.order": {
    promise:
      "A kill at any moment leaves no result without a receipt that covers it, and no receipt counts without its result.",
    source: "issue 6 item 4; DESIGN §4 (a result that landed before a kill wins)",
  },
  "receipts.recovered": {
    promise: "The receipt of a run whose owner died says that it was written later, and verifies.",
    source: "issue 6 item 4; DESIGN §4 (recovery)",
  },
  "receipts.retention": {
    promise: "What retention removed is skipped by a verification; what somebody else removed fails it.",
    source: "issue 6 item 4; DESIGN §4 (retention)",
  },
  "receipts.rollout": {
    promise:
      "Codex's own record is covered as far as it went: later turns of the thread change nothing, and its owner may delete it.",
    source: "issue 6 item 4",
  },
  "receipts.rehearsal": {
    promise: "A rehearsal is marked in its receipt, in the short form and in every verification.",
    source: "issue 6 item 4; DESIGN §1 (rehearsal)",
  },
} as const;
