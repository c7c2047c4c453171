import {
  array,
  number,
  object,
  string
} from "./chunk-VO7FAIWE.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/tasks/reviewer-schema.ts
var reviewerSchema = object({
  findings: array(
    object({
      title: string(),
      body: string(),
      confidence_score: number().nullish(),
      priority: number().int().min(0).max(3).nullish(),
      code_location: object({
        absolute_file_path: string(),
        line_range: object({ start: number().int().min(0), end: number().int().min(0) }).nullish()
      }).nullish()
    })
  ),
  overall_correctness: string(),
  overall_explanation: string(),
  overall_confidence_score: number().nullish()
});
export {
  reviewerSchema
};
