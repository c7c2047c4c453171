export const mcpRequirements = {
  "mcp.handshake": {
    promise:
      "The server speaks protocol 2025-11-25 with any client and answers server/discover at once with -32601; stdout carries protocol bytes only.",
    source: "issue 5 (4, 5); DESIGN §7",
  },
  "mcp.protocol": {
    promise:
      "Every request is settled once, on both sides; one that was taken back gets no answer, what is no message harms nobody, and who does not read is not flooded.",
    source: "issue 5 (3, 5)",
  },
  "mcp.list": {
    promise:
      "Seven tools in at most 16 KB, each described in at most 1,000 characters with what leaves the machine; the rules fit what clients show.",
    source: "issue 5 (1); lessons §7 37, 38",
  },
  "mcp.surface": {
    promise:
      "A change of the tools, the instructions, the envelope, the errors or the settings is seen in a snapshot and in the fingerprint.",
    source: "issue 5 (7); lessons §9 47",
  },
  "mcp.arguments": {
    promise:
      "Unknown, missing, mistyped and out-of-range arguments are refused before anything starts, with name, reason and what is allowed, never with the value.",
    source: "issue 5 (9); lessons §9 45",
  },
  "mcp.consult": {
    promise: "consult gives Codex's answer as text for the model, with a header and how to go on.",
    source: "issue 5 (1, 2)",
  },
  "mcp.review": {
    promise: "review gives findings and verdict, native, structured or adversarial by one argument.",
    source: "issue 5 (1)",
  },
  "mcp.task": {
    promise:
      "task changes files with write: true only, goes on with a job's thread, and never gets full access.",
    source: "issue 5 (1); DESIGN §3",
  },
  "mcp.dry-run": {
    promise: "dryRun says what would be sent and starts nothing.",
    source: "issue 5 (1)",
  },
  "mcp.result": {
    promise:
      "result gives one or several jobs as text, JSON or journal; a long one in pages that make up the whole, none cut silently.",
    source: "issue 5 (1, 2)",
  },
  "mcp.errors": {
    promise: "A failure is a result with isError, kind, message and a way out in words of the tools.",
    source: "issue 5 (2); lessons §7 34",
  },
  "mcp.reply": {
    promise:
      "reply goes on with an ended job read-only, answers a question, speaks into a running turn, and accepts no step out of the sandbox.",
    source: "issue 5 (1, 6); DESIGN §3",
  },
  "mcp.cancel": {
    promise: "cancel stops a run with all that it started and leaves ended jobs as they are.",
    source: "issue 5 (1)",
  },
  "mcp.patience": {
    promise:
      "A call answers within its budget with the job and how to go on; only a client that is known to take long calls into the background is waited with.",
    source: "issue 5 (3)",
  },
  "mcp.progress": {
    promise: "Progress tells phase, command and tokens at most once a second and at least every 30 s.",
    source: "issue 5 (3)",
  },
  "mcp.take-back": {
    promise:
      "A call that the client takes back cancels the run that it started, unless somebody else waits for that run.",
    source: "issue 5 (3)",
  },
  "mcp.idempotency": {
    promise: "The same use of a tool, or the same key with the same arguments, is one run.",
    source: "issue 5 (1, 5); DESIGN §4",
  },
  "mcp.always-up": {
    promise:
      "The server starts and answers without Codex, with a broken setting or state folder, in a folder that is gone, and says so.",
    source: "issue 5 (4)",
  },
  "mcp.end": {
    promise:
      "It ends on stdin EOF, a closed pipe, SIGINT and SIGTERM as a logged shutdown with code 0, and touches no run.",
    source: "issue 5 (4)",
  },
  "mcp.last-session": {
    promise:
      "When Claude Code was killed, its server ends the brokers that have nothing to do, unless another session uses them.",
    source: "DESIGN §5 (at once when the last Claude session that used it has ended)",
  },
  "mcp.crash": {
    promise: "A crash leaves what, which version, why and how to reconnect, on stderr and in the state root.",
    source: "issue 5 (4)",
  },
  "mcp.forms": {
    promise:
      "What Codex asks is put before the person as a form where the client has forms; a filled form may accept, a closed one declines, a late one is refused.",
    source: "issue 5 (5, 6)",
  },
  "mcp.resources": {
    promise:
      "Schema, errors, jobs and patches are resources; the schema is the one that envelopes are held against.",
    source: "issue 5 (2, 7)",
  },
  "mcp.workspace": {
    promise:
      "A call works in the client's folders, or in one that an argument names inside them; what leads out is refused with the candidates and the setting.",
    source: "issue 5 (8); DESIGN §3",
  },
  "mcp.environment": {
    promise: "The client's keys and tokens reach nothing that the server starts.",
    source: "issue 5 (10)",
  },
  "mcp.log": {
    promise: "Diagnostics come at the set level on stderr, and in the log file where one is set.",
    source: "issue 5 (11)",
  },
  "mcp.hooks": {
    promise:
      "Tools for our own hooks can be called and are not listed; they answer a slash command by themselves.",
    source: "issue 5 (1)",
  },
  "mcp.many": {
    promise: "Many calls at once are all answered: 100 of status, 20 of runs.",
    source: "issue 5 (benchmarks; must be shown)",
  },
  "mcp.followers": {
    promise: "Whether somebody waits for a job can be seen by every process, and the dead do not count.",
    source: "issue 5 (3)",
  },
} as const;
