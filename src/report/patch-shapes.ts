import * as z from "zod";
import { absolutePath, count, objectId, sha256, text } from "./shapes.ts";

const seedCount = z.strictObject({ files: count, bytes: count });
const blob = z.strictObject({ mode: z.string().regex(/^[0-7]{6}$/), id: objectId });

/** A delegated run's patch. */
export const patch = z.strictObject({
  path: absolutePath,
  sha256,
  bytes: count,
  baseline: objectId,
  files: z.array(
    z.strictObject({
      path: text,
      oldPath: text.optional(),
      status: z.enum(["added", "modified", "deleted", "renamed", "typechange"]),
      before: blob.optional(),
      after: blob.optional(),
      insertions: count.optional(),
      deletions: count.optional(),
      decides: z.enum(["test", "ci", "lockfile", "runner"]).optional(),
    }),
  ),
  insertions: count,
  deletions: count,
  preview: z.string(),
  isPreviewCut: z.boolean(),
  applies: z.boolean().optional(),
});

/** What a dry run says. */
export const dryRun = z.strictObject({
  prompt: z.strictObject({ bytes: count, preview: z.string() }).optional(),
  inputs: z.array(z.strictObject({ path: text, bytes: count })),
  route: text,
  pins: z.array(z.strictObject({ key: text, value: text, reason: text })).min(1),
  leavesTheMachine: text,
  seed: z
    .strictObject({
      head: objectId,
      tracked: seedCount,
      uncommitted: seedCount,
      untracked: seedCount.extend({ included: z.boolean() }),
    })
    .optional(),
});
