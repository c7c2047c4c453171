export const jobLifeRequirements = {
  "job-life.plan": {
    promise:
      "What was decided of a run is stored beside its request before anything is spawned, and a damaged plan is never used.",
    source: "issue 4 §2 (the owner may be any process); DESIGN §4",
  },
  "job-life.record": {
    promise:
      "A record says who asked and how long Codex may be silent; what is not of its shape is never believed.",
    source: "issue 4 §6 (status shows who asked, stalled or not)",
  },
  "job-life.idempotency": {
    promise:
      "The same key with the same request is the same job, over all processes; another request is a conflict.",
    source: "DESIGN §4 (idempotency key)",
  },
  "job-life.inbox": {
    promise:
      "The owner of a job notices a cancel at once and gets every request once, in order; the poster always learns what became of it.",
    source: "issue 4 §5, §7, §9 (steer, answer, cancel)",
  },
  "job-life.bad-places": {
    promise:
      "A state folder that cannot be written, a removed job folder and a removed workspace are survived.",
    source: "issue 4, faults that must be survived",
  },
} as const;
