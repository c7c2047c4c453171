import {
  _enum,
  array,
  number,
  object,
  string
} from "./chunk-VO7FAIWE.mjs";
import {
  severities
} from "./chunk-VD2U5BDO.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/tasks/answer-schemas.ts
var confidence = number().min(0).max(1).nullable().describe("0 to 1: how sure you are");
var findingSchema = object({
  title: string().describe("One line that names the fault"),
  severity: _enum(severities),
  category: _enum(["fact", "inference", "question"]).describe("fact: visible in the code; inference: follows from it; question: needs an answer"),
  file: string().nullable().describe("Path relative to the repository's root"),
  lineStart: number().int().min(1).nullable().describe("First line in the new version of the file"),
  lineEnd: number().int().min(1).nullable(),
  quote: string().nullable().describe("The line or lines in question, copied exactly from the file"),
  failurePath: string().nullable().describe("The concrete input or sequence that makes it fail, and what happens then"),
  risk: string().nullable().describe("What it costs when it happens"),
  recommendation: string().nullable().describe("The smallest change that mends it"),
  confidence
});
var reviewAnswerSchema = object({
  verdict: _enum(["approve", "concerns", "reject"]),
  summary: string().describe("Two or three sentences"),
  confidence,
  findings: array(findingSchema),
  questions: array(string()).describe("What has to be known for a better judgement")
});
var consultAnswerSchema = object({
  answer: string(),
  findings: array(findingSchema),
  questions: array(string())
});
var nativeDetailSchema = object({
  findings: array(
    findingSchema.pick({ category: true, quote: true, failurePath: true, risk: true, recommendation: true }).extend({ number: number().int().min(1) })
  )
});
export {
  consultAnswerSchema,
  findingSchema,
  nativeDetailSchema,
  reviewAnswerSchema
};
