import * as z from "zod/v4";
import { fileTypes, inputTypes, outputSources, retryableKinds } from "../../domain/operator.ts";
import { durationPattern } from "../../settings/duration.ts";

/**
 * The shape of an operator's file. `docs/operator.schema.json` is made from it, and the places of its errors are found by the paths
 * of its issues. What no shape can say (names that must exist) is checked by `parseContract`.
 */
const name = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, "must be lower-case letters, digits and dashes");
const key = z.string().regex(/^[a-z][A-Za-z0-9_]{0,39}$/, "must begin with a lower-case letter");
const text = z.string().min(1);
const bound = z.number();

const input = z.strictObject({
  type: z.enum(inputTypes),
  about: text.optional(),
  required: z.boolean().optional(),
  default: z.union([z.string(), z.number(), z.array(z.string())]).optional(),
  values: z.array(text).min(1).optional(),
  min: bound.optional(),
  max: bound.optional(),
  exists: z.boolean().optional(),
});

const output = z.strictObject({
  path: text.optional(),
  from: z.enum(outputSources).default("file"),
  seed: z.boolean().optional(),
  when: key.optional(),
});

const jsonSchema = z.union([z.record(z.string(), z.unknown()), z.boolean(), text]);
const fileType = z.enum(fileTypes);
const range = z.strictObject({ min: bound.optional(), max: bound.optional() });
const measure = z.union([z.number().int().min(1), range]);
const ofAnyCheck = { required: z.boolean().optional(), when: key.optional() };
const ofOutput = { ...ofAnyCheck, output: key };

const check = z.discriminatedUnion("check", [
  z.strictObject({
    check: z.literal("type"),
    ...ofOutput,
    is: z.union([fileType, z.array(fileType).min(1)]),
  }),
  z.strictObject({
    check: z.literal("size"),
    ...ofOutput,
    min: bound.optional(),
    max: bound.optional(),
  }),
  z.strictObject({
    check: z.literal("image"),
    ...ofOutput,
    width: measure.optional(),
    height: measure.optional(),
    aspect: text.optional(),
    alpha: z.boolean().optional(),
  }),
  z.strictObject({ check: z.literal("schema"), ...ofOutput, schema: jsonSchema }),
  z.strictObject({ check: z.literal("value"), ...ofOutput, at: z.string(), equals: z.unknown().optional() }),
  z.strictObject({
    check: z.literal("text"),
    ...ofOutput,
    pattern: text,
    absent: z.boolean().optional(),
  }),
  z.strictObject({ check: z.literal("changed"), ...ofOutput }),
  z.strictObject({
    check: z.literal("command"),
    ...ofAnyCheck,
    run: z.array(z.string()).min(1),
    exit: z.number().int().min(0).max(255).optional(),
  }),
]);

export const contractSchema = z.strictObject({
  tandem: z.literal("operator/1"),
  name,
  goal: text,
  inputs: z.record(key, input).default({}),
  prompt: z.union([text, z.strictObject({ file: text })]),
  tools: z
    .strictObject({ require: z.array(text).default([]), forbid: z.array(text).default([]) })
    .default({ require: [], forbid: [] }),
  outputs: z.record(key, output).default({}),
  tier: z.enum(["read-only", "workspace-write"]).default("read-only"),
  network: z.boolean().default(false),
  images: z.array(key).default([]),
  timeout: z
    .union([z.number().min(1), z.string().regex(new RegExp(durationPattern), "must be like 90s, 10m or 2h")])
    .optional(),
  checks: z.array(check).default([]),
  returns: z.union([z.record(z.string(), z.unknown()), text]).optional(),
  retry: z.partialRecord(z.enum(retryableKinds), z.number().int().min(0).max(3)).default({}),
});

/** A contract as its file holds it. */
export type ContractFile = z.infer<typeof contractSchema>;

/** JSON Schema of the file, for editors. */
export function operatorJsonSchema(): unknown {
  return z.toJSONSchema(contractSchema, { io: "input" });
}
