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
  "endpoint.value": {
    promise:
      "TANDEM_ENDPOINT names a socket of one's own or a WebSocket; anything else, and a token that would travel in clear, is refused with the fix.",
    source: "DESIGN §2; issue 4.10",
  },
  "endpoint.token": {
    promise: "The token is read from a file that nobody else can read; a wrong one is told as such.",
    source: "DESIGN §2; issue 4.10",
  },
  "endpoint.turns": {
    promise: "An app-server elsewhere runs the same turns under the same pins as one of our own.",
    source: "DESIGN §2; issue 4.10",
  },
  "endpoint.read_only": {
    promise:
      "What cannot be verified elsewhere makes the run read-only: a run that may write is refused, and the result says what was not verified.",
    source: "issue 4.10",
  },
  "endpoint.version": {
    promise: "A Codex elsewhere that is older than the minimum is refused, a newer one warned of.",
    source: "DESIGN §2",
  },
  "endpoint.lost": {
    promise:
      "A lost link ends the turn with a typed error that names the thread, never with a guess; no process of this machine is ended.",
    source: "issue 4.10",
  },
  "endpoint.frames": {
    promise:
      "Messages of any size up to the limit pass, larger ones and nonsense are told; a link that gives no sign of life is given up.",
    source: "DESIGN §2",
  },
} as const;
