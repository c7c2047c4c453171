export const brokerRequirements = {
  "broker.serves": {
    promise:
      "One background process serves jobs of all folders on one app-server; its files are for their owner alone.",
    source: "DESIGN §5",
  },
  "broker.start": {
    promise: "Of many commands that need a broker at the same time one starts it.",
    source: "DESIGN §5; issue 4",
  },
  "broker.background": {
    promise:
      "A background job is there at once, goes on by itself, and can be waited for later; a budget ends the waiting only.",
    source: "DESIGN §4; issue 4",
  },
  "broker.queue": {
    promise: "More jobs than turns wait fairly, say their place, and can be cancelled while they wait.",
    source: "DESIGN §5; issue 4",
  },
  "broker.cancel": {
    promise: "A cancel ends one run with its commands, says what it found, and never changes an ended job.",
    source: "DESIGN §4; issue 4",
  },
  "broker.killed": {
    promise:
      "A killed broker leaves no process; its jobs end as lost with what had arrived, and the next command works.",
    source: "DESIGN §4, §5; issue 4",
  },
  "broker.app_server": {
    promise: "An app-server that died between two jobs is replaced before the next turn.",
    source: "DESIGN §5; issue 4",
  },
  "broker.idle": {
    promise: "A broker ends when nobody needs it, or when its folder is gone, and leaves no process.",
    source: "DESIGN §5",
  },
  "broker.silent": {
    promise: "A broker that lives and does not answer is verified dead before another takes its place.",
    source: "DESIGN §5; issue 4",
  },
  "broker.fallback": {
    promise: "Where no broker can be had, a job gets a process of its own, and its result says so.",
    source: "DESIGN §5",
  },
  "broker.environment": {
    promise: "Runs on one broker see the environment of whoever asked for them.",
    source: "DESIGN §2; issue 4",
  },
  "broker.challenge": {
    promise: "Only who can read our token is served, and only a broker that knows it is trusted.",
    source: "DESIGN §5",
  },
  "broker.slots": {
    promise: "Turns are limited, fair over folders and first come, first served within one.",
    source: "DESIGN §5",
  },
  "broker.start_failure": {
    promise: "A start that fails or hangs is given up once for all who wait for it, with its reason.",
    source: "DESIGN §5 (start is a lock, not a hope)",
  },
  "broker.unseen": {
    promise: "A broker that lives is never ended because this process alone cannot reach it.",
    source: "DESIGN §5; user pains 4, 9",
  },
  "broker.mends": {
    promise: "A broker whose socket or token was removed or replaced puts it back and goes on.",
    source: "DESIGN §5; issue 4 (planted socket and token)",
  },
  "broker.named": {
    promise: "A broker whose socket a person named is used, and neither started nor ended.",
    source: "DESIGN §1 (TANDEM_BROKER); issue 4.10",
  },
  "broker.hand_over": {
    promise: "A job that a broker has taken is the broker's, whatever happens to its answer.",
    source: "DESIGN §4, §5",
  },
  "broker.hostile": {
    promise: "Who floods the broker, does not read or does not prove itself is cut off and costs it little.",
    source: "DESIGN §5; issue 4 (never wedges the broker)",
  },
  "broker.seat": {
    promise: "One process at a time is the broker of a place; it removes nothing of its successor.",
    source: "DESIGN §5",
  },
  "broker.superseded": {
    promise: "A broker of another build that serves the same CODEX_HOME finishes its jobs and ends.",
    source: "DESIGN §5; issue 4 (drains when superseded)",
  },
  "broker.faults": {
    promise:
      "A job whose run breaks off, or whose files cannot be written, ends and costs no other job anything.",
    source: "DESIGN §5; issue 4 (bounded memory, faults)",
  },
  "broker.health": {
    promise: "Which brokers there are, and whether they live, is told by files and processes alone.",
    source: "Issue 4.6 (broker health)",
  },
  "broker.log": {
    promise: "A broker's log is for its owner alone and never grows beyond two files of one megabyte.",
    source: "Issue 4 (its own rotated log)",
  },
  "broker.sweep": {
    promise: "What dead brokers left behind goes after a week; a living one and its files stay.",
    source: "DESIGN §5; issue 4 (bounded)",
  },
  "broker.many": {
    promise: "Fifty commands started at once give fifty jobs and fifty results, on one broker.",
    source: "Issue 4 (faults: 50 parallel launches)",
  },
  "broker.memory": {
    promise: "A queue of hundreds of jobs is worked off with bounded memory.",
    source: "Issue 4 (500 queued jobs drained with bounded memory)",
  },
} as const;
