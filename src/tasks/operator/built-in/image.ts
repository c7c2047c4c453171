export const imageOperator = `tandem: operator/1
name: image
goal: Make one image with your image tool.
tier: read-only
timeout: 10m
inputs:
  prompt:
    type: string
    required: true
    max: 32000
    about: What the image shows.
  output:
    type: path
    exists: false
    required: true
    about: Where the image goes (PNG).
  aspect:
    type: string
    max: 9
    about: Width to height, as 16:9.
  references:
    type: paths
    max: 8
    about: Images to go by.
images: [references]
prompt: |
  You have an image tool (image_gen). Call it exactly once, with what the input "prompt" says. Where the input
  "aspect" is given, ask the tool for an image of that ratio of width to height. The attached images, if
  there are any, are references.
  The file that the tool saves is taken from your thread: do not copy, move, convert or look for it.
  Make no image by any other means: no program, no download, no existing file.
tools:
  require: [image_gen]
  forbid: [curl, wget, convert, magick, PIL]
outputs:
  image:
    from: image
    path: "{{output}}"
checks:
  - check: type
    output: image
    is: png
  - check: size
    output: image
    min: 100
  - check: image
    output: image
    aspect: "{{aspect}}"
    when: aspect
`;
