/** The text of a new operator: small, whole and valid, with the places that a person changes. */
export function newOperatorText(name: string): string {
  return `# An operator of codex-tandem: a task by a contract, done only when its checks pass.
# docs/operators.md of codex-tandem has all fields. Try it: tandem operator check ${name}
tandem: operator/1
name: ${name}
goal: Say in one sentence what this makes.
tier: workspace-write
timeout: 10m
inputs:
  input:
    type: path
    required: true
    about: The file to read.
  output:
    type: path
    exists: false
    required: true
    about: Where the result goes.
prompt: |
  Say what to do with the input "input", and what the output "result" holds.
  Name inputs; their values stand under INPUTS of the contract.
outputs:
  result:
    path: "{{output}}"
checks:
  - check: size
    output: result
    min: 1
  - check: type
    output: result
    is: [text, json]
retry:
  artifact_missing: 1
  artifact_invalid: 1
`;
}
