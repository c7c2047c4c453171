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
  "job-life.follow": {
    promise:
      "Following a job tells every event once and in order and sees its end, whoever writes it and whatever is killed.",
    source: "DESIGN §4 (waiting is watching the job folder); issue 4 §3, §4 (back-pressure)",
  },
  "job-life.recover": {
    promise:
      "A turn that Codex finished before the owner died gives its result from Codex's own record, and never a verdict.",
    source: "DESIGN §4 (recovery); issue 4 §1, §8",
  },
  "job-life.cancelled": {
    promise: "A job that was to be stopped and lost its owner ends as cancelled and stays so.",
    source: "issue 4 §7; user pains 22",
  },
  "job-life.clocks": {
    promise:
      "A clock that jumps, a machine that slept or a reused pid ends no living job and signals nobody.",
    source: "issue 4 §8 and its faults (clock jump, reboot)",
  },
  "job-life.bad-places": {
    promise:
      "A state folder that cannot be written, a removed job folder and a removed workspace are survived.",
    source: "issue 4, faults that must be survived",
  },
  "job-life.first-end": {
    promise: "Of all ends of a job that happen at once exactly one counts, with its own result, for ever.",
    source: "DESIGN §4; user pains 22",
  },
  "job-life.many": {
    promise: "Lists of thousands of stored jobs read the records that they show and no more.",
    source: "issue 4, benchmarks (status with 10,000 stored jobs)",
  },
  "job-life.prune": {
    promise: "Jobs are removed on demand by age and number; one that has not ended stays.",
    source: "issue 4 §5 (jobs remove, jobs prune)",
  },
  "job-life.queue-place": {
    promise: "A waiting job knows its place: workspaces take turns, and every broker has its own queue.",
    source: "issue 4 §4, §6 (fair queue, queue place)",
  },
} as const;
