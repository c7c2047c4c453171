export const endpointRequirements = {
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
  "endpoint.runs": {
    promise:
      "With an endpoint every kind of run goes there and needs no Codex of this machine; the result says where it ran, and a rehearsal stays here.",
    source: "DESIGN §2; issue 4.10",
  },
  "endpoint.refused": {
    promise: "What keeps a run from an endpoint is told before a job is stored, with the fix.",
    source: "DESIGN §7; issue 4.10",
  },
  "endpoint.settings": {
    promise:
      "The endpoint comes from the user file or a variable, never from a project; the token of the user file goes to no endpoint that a variable names.",
    source: "DESIGN §7; issue 4.10",
  },
  "endpoint.status": {
    promise:
      "`status` shows the endpoint with the version that it tells, or what stands in the way, without secrets.",
    source: "DESIGN §6; issue 4.10",
  },
} as const;
