export const approvalsRequirements = {
  "approvals.policy": {
    promise:
      "Codex asks only where a run says so and somebody can be asked; its policy is read back, everything else stays pinned. A review never asks.",
    source: "DESIGN §2, §3",
  },
  "approvals.command": {
    promise:
      "A command that Codex asks for runs outside the sandbox when a person accepts it, and only that once; declined or unanswered it does not run and the turn goes on.",
    source: "DESIGN §3",
  },
  "approvals.patch": {
    promise: "A patch that Codex asks for is shown with its files and lands only when a person accepts it.",
    source: "DESIGN §3",
  },
  "approvals.person": {
    promise: "Only a person accepts: what a pipe, a tool or a time limit accepts is declined.",
    source: "DESIGN §3",
  },
  "approvals.question": {
    promise:
      "A question of the model is put with its options, and its answer reaches the model; anybody may answer.",
    source: "DESIGN §3; issue 4, point 9",
  },
  "approvals.every_request": {
    promise:
      "Every kind of request of the generated protocol has its answer; nothing is granted for longer than one step.",
    source: "issue 4, point 9",
  },
  "approvals.recorded": {
    promise:
      "What is open and what was answered, by whom and why, is told; an accepted step counts as full access; the run shows that it waits.",
    source: "DESIGN §2, §3",
  },
  "approvals.settled": {
    promise:
      "No request outlives its turn, its thread or its connection, none holds up another thread's, and nothing waits for an answer that Codex does not need any more.",
    source: "DESIGN §2; issue 4, point 9",
  },
  "approvals.mcp_tools": {
    promise:
      "Tools of Codex's MCP servers run as the allow-list of servers and tools says, with both engines; in an untrusted repository only those that call themselves read-only.",
    source: "DESIGN §3; issue 4, point 9",
  },
  "approvals.forms": {
    promise: "A form of an MCP server reaches a person, and only answers that fit what it asked for go back.",
    source: "DESIGN §3; issue 4, point 9",
  },
  "approvals.steer": {
    promise:
      "Text that is put into a running turn reaches its next model call, and what was said before it is no answer; where no turn takes text, that is a typed error.",
    source: "DESIGN §2; issue 4, point 5",
  },
} as const;
