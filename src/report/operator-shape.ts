import * as z from "zod";
import { tiers } from "../domain/tier.ts";
import { absolutePath, sha256, text } from "./shapes.ts";

/** An operator as lists show it. */
export const operator = z.strictObject({
  name: text,
  origin: z.enum(["project", "user", "built-in"]),
  goal: text.optional(),
  tier: z.enum(tiers).optional(),
  file: absolutePath.optional(),
  digest: sha256.optional(),
  mayRun: z.boolean().optional(),
  inputs: z
    .array(z.strictObject({ name: text, type: text, required: z.boolean(), about: text.optional() }))
    .optional(),
  problem: text.optional(),
});
