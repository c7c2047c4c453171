export const appServerPoolRequirements = {
  "pool.guardian": {
    promise:
      "When the process that owns an app-server dies, however it dies, the server, its commands and its MCP servers end at once, without a next call; a guardian that is ended is replaced.",
    source: "DESIGN §2, §5",
  },
  "pool.family": {
    promise:
      "However an app-server ends, nothing that it started is left, not even an MCP server that is deaf to signals.",
    source: "DESIGN §5",
  },
  "pool.shared": {
    promise:
      "Runs of one environment share one app-server, which is started once, also for parallel callers; a run's end leaves it to the others.",
    source: "DESIGN §5; issue 4.1, 4.4",
  },
  "pool.environment": {
    promise: "Two runs on one app-server each see their own environment.",
    source: "DESIGN §2; issue 4.4",
  },
  "pool.key": {
    promise: "Runs share an app-server only when nothing that it reads of their environments differs.",
    source: "DESIGN §5",
  },
  "pool.replaced": {
    promise:
      "An app-server that died or does not answer is replaced before the next turn, whenever that was noticed; every call succeeds.",
    source: "DESIGN §5; issue 4.1",
  },
  "pool.lost_turn": {
    promise: "A turn whose app-server dies ends with a typed error and is never repeated.",
    source: "DESIGN §2; issue 4.1",
  },
  "pool.failed_start": {
    promise: "A start that fails is told to everybody who waited for it, and the next call tries anew.",
    source: "DESIGN §5",
  },
  "pool.idle": {
    promise: "Servers without users end after a while, but for the one that was used last.",
    source: "DESIGN §5",
  },
  "pool.closed": {
    promise: "Closing the pool ends every app-server, busy ones and starting ones too.",
    source: "DESIGN §5",
  },
  "pool.told": {
    promise:
      "A run is told of what Codex finds wrong with its own configuration, and not of what it finds with another's.",
    source: "issue 4.4",
  },
  "pool.bounded": {
    promise: "Nothing of a run is kept in the app-server's connection when the run is over.",
    source: "DESIGN §5",
  },
} as const;
