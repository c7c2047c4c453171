export const rehearsalRequirements = {
  "rehearsal.real_codex": {
    promise:
      "A rehearsal runs the real Codex against a scripted model on loopback, with its own CODEX_HOME, no login and no token, and without warnings.",
    source: "DESIGN §1, §9",
  },
  "rehearsal.home": {
    promise:
      "The CODEX_HOME of a rehearsal is private, never lies in the temp folder, and only such a home is removed.",
    source: "DESIGN §9",
  },
  "rehearsal.replies": {
    promise:
      "The scripted model speaks to every generation of models: messages, reasoning, commands, patches, tools, refusals and usage arrive as from the service.",
    source: "DESIGN §9",
  },
  "rehearsal.faults": {
    promise: "Each scripted fault ends a real run the way the service's own fault does.",
    source: "DESIGN §9",
  },
  "rehearsal.script": {
    promise: "A script answers each thread in its own order, whatever runs beside it.",
    source: "DESIGN §9",
  },
  "rehearsal.sync": {
    promise:
      "A test meets the model by gates and requests, never by time, and closing it ends everything open.",
    source: "DESIGN §9",
  },
  "rehearsal.endpoint": {
    promise:
      "The endpoint listens on loopback only and answers unknown, broken and oversized requests with errors.",
    source: "DESIGN §9",
  },
  "rehearsal.demo_repository": {
    promise:
      "The demo repository is a real git repository whose uncommitted change passes its tests and has the bugs that the scripted review names.",
    source: "DESIGN §9",
  },
  "rehearsal.demo_review": {
    promise:
      "The scripted review really runs its commands in the sandbox, finds the demo's bugs at the right places, and claims nothing about other code.",
    source: "DESIGN §1",
  },
  "rehearsal.demo_consult": {
    promise: "The scripted consult says that it is scripted and what its commands printed.",
    source: "DESIGN §1",
  },
  "rehearsal.demo_schema": {
    promise: "Where an answer of a given shape is asked for, the scripted answer has that shape.",
    source: "DESIGN §6",
  },
} as const;
