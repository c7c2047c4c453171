export const transformOperator = `tandem: operator/1
name: transform
goal: Convert one file into another form, or change declared files as instructed.
tier: workspace-write
timeout: 20m
inputs:
  input:
    type: path
    needs: [output]
    about: The file to convert.
  output:
    type: path
    exists: false
    needs: [input]
    about: Where the converted file goes.
  format:
    type: string
    max: 2000
    about: The form of the output, in words ("CSV with a header line").
  schema:
    type: path
    about: A JSON Schema that the output has to follow.
  edit:
    type: paths
    max: 50
    needs: [instructions]
    about: Files to change in place of converting one.
  instructions:
    type: string
    about: What to do, in words.
prompt: |
  Where the input "input" is given, convert that file: write the converted content as the output "converted",
  in the form that the inputs "format", "schema" and "instructions" ask for. Keep all of its information
  unless they say otherwise; invent nothing.
  Where the input "edit" is given, change those files as the input "instructions" asks. A copy of each is
  already at the place of its output "edited"; change that copy.
outputs:
  converted:
    path: "{{output}}"
    when: output
  edited:
    path: "{{edit}}"
    when: edit
    seed: true
checks:
  - check: size
    output: converted
    min: 1
  - check: schema
    output: converted
    schema: "{{schema}}"
    when: schema
  - check: changed
    output: edited
retry:
  artifact_missing: 1
  artifact_invalid: 1
  verification_failed: 1
`;
