export const checkOperator = `tandem: operator/1
name: check
goal: Decide whether a rule holds, for a script or a pipeline.
tier: read-only
timeout: 15m
inputs:
  rule:
    type: string
    required: true
    about: The rule, as a sentence that is true or false ("Every public function has a doc comment").
  paths:
    type: paths
    max: 200
    about: Files or folders to look at; the whole folder of the run when left out.
prompt: |
  Decide whether the input "rule" holds for the files that the input "paths" names, or else for the folder
  of the run. Read before you judge. Give the result as an object: "pass" (true only when the rule holds
  everywhere), "reasons" (a list of texts, each with the file and the line that it rests on).
returns:
  type: object
  properties:
    pass:
      type: boolean
    reasons:
      type: array
      items:
        type: string
  required: [pass, reasons]
  additionalProperties: false
tools:
  require: [shell]
outputs:
  verdict:
    from: result
checks:
  - check: value
    output: verdict
    at: pass
    equals: true
retry:
  schema_violation: 1
`;
