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
} as const;
