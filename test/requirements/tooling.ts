export const toolingRequirements = {
  "tooling.coverage": {
    promise: "Every listed promise is verified by a test, and every test names what it verifies.",
    source: "DESIGN §9 (requirements manifest)",
  },
  "tooling.warnings": {
    promise: "A process warning in a test is a fault.",
    source: "DESIGN §9",
  },
  "tooling.leftovers": {
    promise: "Tests leave no process behind.",
    source: "DESIGN §9",
  },
  "tooling.homes": {
    promise: "The homes of tests, demo and benchmark never lie in the temp folder, wherever the checkout is.",
    source: "DESIGN §9; Codex's writable sandbox includes the temp folder",
  },
  "tooling.versions": {
    promise: "The version is the same wherever it stands, and the published package brings no dependency.",
    source: "DESIGN §1, §8",
  },
  "tooling.anywhere": {
    promise: "No committed file depends on a machine, its folders or its registry.",
    source: "DESIGN §8",
  },
  "tooling.small-files": {
    promise: "No source file has more than 300 lines.",
    source: "DESIGN §8",
  },
  "tooling.old-node": {
    promise: "A Node that is too old says so in one line with what to do, and exits with 3.",
    source: "DESIGN §6 exit codes; libraries §1",
  },
  "tooling.no-node": {
    promise: "Where there is no Node, `tandem` says so in one line with what to do, and exits with 3.",
    source: "issue 6 item 1 (Node missing or too old: one clear line)",
  },
  "tooling.bundle": {
    promise:
      "The bundle is reproducible, holds no path of the building machine, and only packages and licences of a list.",
    source: "DESIGN §8 (dist: built, committed, checked against a rebuild)",
  },
} as const;
