import * as z from "zod";

/** The JSON that Codex 0.169 asks its reviewer for. What it may leave out, may be left out here. */
export const reviewerSchema = z.object({
  findings: z.array(
    z.object({
      title: z.string(),
      body: z.string(),
      confidence_score: z.number().nullish(),
      priority: z.number().int().min(0).max(3).nullish(),
      code_location: z
        .object({
          absolute_file_path: z.string(),
          line_range: z.object({ start: z.number().int().min(0), end: z.number().int().min(0) }).nullish(),
        })
        .nullish(),
    }),
  ),
  overall_correctness: z.string(),
  overall_explanation: z.string(),
  overall_confidence_score: z.number().nullish(),
});
