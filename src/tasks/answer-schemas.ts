import * as z from "zod";
import { severities } from "../domain/finding.ts";

const confidence = z.number().min(0).max(1).nullable().describe("0 to 1: how sure you are");

/** What is asked of every finding. Fields that do not apply are null: strict mode knows no optional ones. */
export const findingSchema = z.object({
  title: z.string().describe("One line that names the fault"),
  severity: z.enum(severities),
  category: z
    .enum(["fact", "inference", "question"])
    .describe("fact: visible in the code; inference: follows from it; question: needs an answer"),
  file: z.string().nullable().describe("Path relative to the repository's root"),
  lineStart: z.number().int().min(1).nullable().describe("First line in the new version of the file"),
  lineEnd: z.number().int().min(1).nullable(),
  quote: z.string().nullable().describe("The line or lines in question, copied exactly from the file"),
  failurePath: z
    .string()
    .nullable()
    .describe("The concrete input or sequence that makes it fail, and what happens then"),
  risk: z.string().nullable().describe("What it costs when it happens"),
  recommendation: z.string().nullable().describe("The smallest change that mends it"),
  confidence,
});

/** A review under our own prompt. */
export const reviewAnswerSchema = z.object({
  verdict: z.enum(["approve", "concerns", "reject"]),
  summary: z.string().describe("Two or three sentences"),
  confidence,
  findings: z.array(findingSchema),
  questions: z.array(z.string()).describe("What has to be known for a better judgement"),
});

/** A consultation that was asked for findings. */
export const consultAnswerSchema = z.object({
  answer: z.string(),
  findings: z.array(findingSchema),
  questions: z.array(z.string()),
});

/** What a native review lacks, by the number of the finding in the order in which they were given. */
export const nativeDetailSchema = z.object({
  findings: z.array(
    findingSchema
      .pick({ category: true, quote: true, failurePath: true, risk: true, recommendation: true })
      .extend({ number: z.number().int().min(1) }),
  ),
});

export type FindingAnswer = z.infer<typeof findingSchema>;
export type ConsultAnswer = z.infer<typeof consultAnswerSchema>;
