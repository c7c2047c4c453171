import * as z from "zod/v4";
import { fileTypes, inputTypes, outputSources, retryableKinds } from "../../domain/operator.ts";
import { durationPattern } from "../../settings/duration.ts";

/**
 * The shape of an operator's file. `docs/operator.schema.json` is made from it with its remarks, and the places of its errors are found
 * by the paths of its issues. What no shape can say (names that must exist) is checked by `parseContract`.
 */
const name = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, "must be lower-case letters, digits and dashes");
const key = z
  .string()
  .regex(/^[a-z][A-Za-z0-9_]{0,39}$/, "must be letters, digits and _, with a lower-case letter first")
  // A name that every object has would be found where nobody wrote it.
  .refine((text) => !(text in {}), "is one that programs keep for themselves");
const text = z.string().min(1);
const bound = z.number();

const input = z.strictObject({
  type: z.enum(inputTypes).describe("A path is made absolute; paths is a list of them."),
  about: text.optional().describe("What it is, for people."),
  required: z.boolean().optional().describe("Without it no run is started."),
  needs: z.array(key).optional().describe("Inputs that must be given with it."),
  default: z
    .union([z.string(), z.number(), z.array(z.string())])
    .optional()
    .describe("Its value when none is given; a path stays in the folder of the run."),
  values: z.array(text).min(1).optional().describe("Of an enum: the words that it may be."),
  min: bound
    .optional()
    .describe("Least: of a number its value, of a text its characters, of paths their count."),
  max: bound.optional().describe("Most, in the same measure."),
  exists: z.boolean().optional().describe("Of a path: false when it need not be there yet."),
});

const output = z.strictObject({
  path: text
    .optional()
    .describe(
      "Its place: a path in the folder of the run, or {{input}}. Without it the file stays with the job.",
    ),
  from: z
    .enum(outputSources)
    .default("file")
    .describe("A file that Codex writes, the result of its final line, or an image of its own image tool."),
  seed: z.boolean().optional().describe("Codex gets a copy of the present file to change."),
  when: key.optional().describe("Declared only when this input was given."),
});

const jsonSchema = z.union([z.record(z.string(), z.unknown()), z.boolean(), text]);
const fileType = z.enum(fileTypes);
const range = z.strictObject({ min: bound.optional(), max: bound.optional() });
const measure = z.union([z.number().int().min(1), range]);
const ofAnyCheck = {
  required: z.boolean().optional().describe("false: a row of the evidence that decides nothing."),
  when: key.optional().describe("Made only when this input was given."),
};
const ofOutput = { ...ofAnyCheck, output: key.describe("The output that it looks at.") };
const checkNames = {
  type: "The type of the file, told by its bytes.",
  size: "The size of the file in bytes.",
  image:
    "A whole image, of a size in pixels, an aspect (a tenth part off still counts), with transparency or without.",
  schema: "JSON that follows a JSON Schema: an object, ./a-file.json beside the operator, or {{input}}.",
  value: "JSON with a value at a place like a.b.0, equal to `equals` where that is given.",
  text: "Text that matches a regular expression, line by line; with `absent` text that does not.",
  changed: "Another content than the file had before; its output needs `seed`.",
  command: "A command, run in Codex's read-only sandbox without a model, that ends with this exit code.",
} as const;
const kind = <Kind extends keyof typeof checkNames>(check: Kind) =>
  z.literal(check).describe(checkNames[check]);

const check = z.discriminatedUnion("check", [
  z.strictObject({
    check: kind("type"),
    ...ofOutput,
    is: z.union([fileType, z.array(fileType).min(1)]),
  }),
  z.strictObject({ check: kind("size"), ...ofOutput, min: bound.optional(), max: bound.optional() }),
  z.strictObject({
    check: kind("image"),
    ...ofOutput,
    width: measure.optional(),
    height: measure.optional(),
    aspect: text.optional(),
    alpha: z.boolean().optional(),
  }),
  z.strictObject({ check: kind("schema"), ...ofOutput, schema: jsonSchema }),
  z.strictObject({ check: kind("value"), ...ofOutput, at: z.string(), equals: z.unknown().optional() }),
  z.strictObject({ check: kind("text"), ...ofOutput, pattern: text, absent: z.boolean().optional() }),
  z.strictObject({ check: kind("changed"), ...ofOutput }),
  z.strictObject({
    check: kind("command"),
    ...ofAnyCheck,
    run: z
      .array(z.string())
      .min(1)
      .describe("Program and parameters, no shell; {{input}} and {{outputs.name}} are filled in."),
    exit: z.number().int().min(0).max(255).optional().describe("0 unless said otherwise."),
  }),
]);

export const contractSchema = z.strictObject({
  tandem: z.literal("operator/1").describe("The version of this format."),
  name: name.describe("As the file is called, without .yaml."),
  goal: text.describe("What it makes, in one sentence."),
  inputs: z.record(key, input).default({}).describe("What is given to a run, by name."),
  prompt: z
    .union([text, z.strictObject({ file: text })])
    .describe("The words of the task, or {file: ./task.md} beside the operator."),
  tools: z
    .strictObject({
      require: z
        .array(text)
        .default([])
        .describe("Tools whose use must be seen: shell, apply_patch, image_gen, web_search, server.tool."),
      forbid: z
        .array(text)
        .default([])
        .describe("The same, or words of commands, whose use is reported. What prevents it is the sandbox."),
    })
    .default({ require: [], forbid: [] })
    .describe("Tools of Codex that a run must use, or should not."),
  outputs: z
    .record(key, output)
    .default({})
    .describe("The files that a run leaves, and nothing else, by name."),
  tier: z
    .enum(["read-only", "workspace-write"])
    .default("read-only")
    .describe("workspace-write lets Codex write into a private scratch folder, never into the workspace."),
  network: z.boolean().default(false).describe("It needs the network, which --network opens for a run."),
  images: z.array(key).default([]).describe("Inputs whose files are attached as images."),
  timeout: z
    .union([z.number().min(1), z.string().regex(new RegExp(durationPattern), "must be like 90s, 10m or 2h")])
    .optional()
    .describe("Wall clock of a run, as 90s, 10m or 2h; a number means seconds."),
  checks: z.array(check).max(100).default([]).describe("What must be so before the run counts as done."),
  returns: z
    .union([z.record(z.string(), z.unknown()), text])
    .optional()
    .describe("JSON Schema of the result in the final line: an object, ./a-file.json, or {{input}}."),
  retry: z
    .partialRecord(z.enum(retryableKinds), z.number().int().min(0).max(3))
    .default({})
    .describe("How often the same thread is asked again with what failed, by kind of error."),
});

/** A contract as its file holds it. */
export type ContractFile = z.infer<typeof contractSchema>;

/** JSON Schema of the file, for editors. */
export function operatorJsonSchema(): unknown {
  return { title: "An operator of codex-tandem", ...z.toJSONSchema(contractSchema, { io: "input" }) };
}
