export const analyzeOperator = `tandem: operator/1
name: analyze
goal: Make one analysis and give it as JSON.
tier: read-only
timeout: 20m
inputs:
  question:
    type: string
    required: true
    about: What to find out.
  paths:
    type: paths
    max: 50
    about: Files or folders to look at; the whole folder of the run when left out.
  schema:
    type: path
    about: A JSON Schema that the result has to follow.
  output:
    type: path
    exists: false
    about: Where the result goes as a file too.
prompt: |
  Find out what the input "question" asks, from the files that the input "paths" names, or else from the
  folder of the run. State only what you have read; name the file and the line of each fact. Give the
  analysis as the result: an object with "summary" (text) and "facts", or of the form that the schema in
  the input "schema" asks for, where it is given.
returns:
  type: object
outputs:
  analysis:
    from: result
    path: "{{output}}"
checks:
  - check: schema
    output: analysis
    schema: "{{schema}}"
    when: schema
retry:
  schema_violation: 1
  artifact_missing: 1
  artifact_invalid: 1
`;
