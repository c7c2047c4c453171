const issue = "issue 7, one-shot operators";

/** What operators promise. */
export const operatorsRequirements = {
  "operator.success": {
    promise:
      "A run counts as done when files, events and checks say so; its outputs are then at their places.",
    source: issue,
  },
  "operator.claim": {
    promise: "An agent's word is no evidence: without the files a run fails, whatever it claims.",
    source: issue,
  },
  "operator.image": {
    promise:
      "An image is taken from the thread's own evidence, whatever engine ran, and never from elsewhere.",
    source: issue,
  },
  "operator.contract": {
    promise: "A contract is one YAML file with a published schema; built-in ones are such files too.",
    source: issue,
  },
  "operator.docs": {
    promise: "The page about operators says what the code does, and its example runs.",
    source: issue,
  },
  "operator.contract_errors": {
    promise: "A contract that breaks a rule is refused with line and column, and nothing is started.",
    source: issue,
  },
  "operator.rendering": {
    promise: "A contract is rendered in one fixed form; the value of an input stays data wherever it stands.",
    source: issue,
  },
  "operator.bad_input": {
    promise: "Bad inputs and places that cannot be written end with exit code 2, and nothing is started.",
    source: issue,
  },
  "operator.evidence": {
    promise: "No stream of events without the evidence that a contract asks for ends in success.",
    source: issue,
  },
  "operator.checks": {
    promise: "Checks look at the bytes of an output: type, size, image, schema, value, text, change.",
    source: issue,
  },
  "operator.json_schema": {
    promise: "A JSON Schema is held against the whole of a value; one that cannot be is refused.",
    source: issue,
  },
  "operator.stale": {
    promise:
      "A file that was there before, a file elsewhere and a link count for nothing, and stay as they are.",
    source: issue,
  },
  "operator.endings": {
    promise:
      "Refusals and quotas are not asked again; a limit of time keeps thread, usage and what was made.",
    source: issue,
  },
  "operator.forbidden": {
    promise: "A forbidden command is told with what came of it; what prevents its harm is the sandbox.",
    source: issue,
  },
  "operator.delivery": {
    promise:
      "All outputs come to their places or none, and only to places that are as they were when the run began.",
    source: issue,
  },
  "operator.retry": {
    promise:
      "The same thread is asked again with only what failed, and not when the same fails twice in the same way.",
    source: issue,
  },
  "operator.accepted": {
    promise:
      "A project's operator runs only after a person has accepted it, and again after any file of it changed.",
    source: issue,
  },
  "operator.apart": {
    promise: "Runs do not meet: many at once each have their own scratch folder.",
    source: issue,
  },
  "operator.resume": {
    promise: "A run whose owner was killed can be gone on with on its thread.",
    source: issue,
  },
  "operator.rehearsal": {
    promise: "Every built-in operator can be rehearsed.",
    source: issue,
  },
  "operator.commands": {
    promise: "list, show, check, new and a dry run start no Codex.",
    source: issue,
  },
  "operator.command_check": {
    promise: "A check's command runs in Codex's read-only sandbox without a model turn.",
    source: issue,
  },
  "operator.image_spending": {
    promise: "Where the image tool is not offered it is said before anything is spent.",
    source: issue,
  },
  "operator.image_batch": {
    promise: "Of several images those that succeed are kept, each with a record of its run beside it.",
    source: issue,
  },
  "operator.mcp": {
    promise: "Over MCP an operator writes only with write: true and inside the client's folders.",
    source: issue,
  },
} as const;
