export const domainRequirements = {
  "domain.job-states": {
    promise: "A job goes queued, running, ended; an end is final.",
    source: "DESIGN §4",
  },
  "domain.job-ids": {
    promise: "A job id is its time and 6 random letters, and ids sort by time.",
    source: "DESIGN §4",
  },
  "domain.job-names": {
    promise: "A prefix or suffix of an id names it.",
    source: "DESIGN §4",
  },
} as const;
