import type * as z from "zod";
import type { ThreadSession, TurnInput, TurnOutcome } from "../codex/engine.ts";
import { type ErrorReport, reportError } from "../domain/errors/tandem-error.ts";
import { parseJsonAnswer } from "./json-answer.ts";
import { strictJsonSchema } from "./strict-schema.ts";
import type { TaskContext } from "./task.ts";

/** A turn whose answer must be of a schema. */
export type StructuredOutcome<Answer> =
  | {
      readonly ok: true;
      readonly answer: Answer;
      readonly raw: string;
      readonly turns: readonly TurnOutcome[];
    }
  | {
      readonly ok: false;
      readonly error: ErrorReport;
      readonly raw?: string;
      readonly turns: readonly TurnOutcome[];
    };

/**
 * Asks for an answer of a schema and validates it with the same schema. An answer of another shape gets one repair turn on the same
 * thread; then it is `schema_violation` with the raw text kept. Nothing is ever repaired by us.
 */
export async function runStructuredTurn<Answer>(
  session: ThreadSession,
  input: Extract<TurnInput, { type: "prompt" }>,
  schema: z.ZodType<Answer>,
  { watchdog, signal }: Pick<TaskContext, "watchdog" | "signal">,
): Promise<StructuredOutcome<Answer>> {
  const outputSchema = strictJsonSchema(schema);
  const turns: TurnOutcome[] = [];
  let text = input.text;
  let images = input.images;
  let problem = "";
  for (const attempt of ["first", "repair"] as const) {
    const outcome = await session.run({ type: "prompt", text, images, outputSchema }, watchdog, signal);
    turns.push(outcome);
    const raw = outcome.answer ?? turns.at(-2)?.answer;
    const kept = raw === undefined ? {} : { raw };
    if (outcome.error !== undefined) return { ok: false, error: outcome.error, turns, ...kept };
    const read = readAnswer(outcome.answer ?? "", schema);
    if ("answer" in read) return { ok: true, answer: read.answer, raw: outcome.answer ?? "", turns };
    problem = read.problem;
    if (attempt === "repair" || !session.takesFollowUps)
      return { ok: false, error: reportError("schema_violation", { problem }), turns, ...kept };
    text = repairPrompt(problem);
    images = [];
  }
  return { ok: false, error: reportError("schema_violation", { problem }), turns };
}

function readAnswer<Answer>(
  text: string,
  schema: z.ZodType<Answer>,
): { answer: Answer } | { problem: string } {
  const value = parseJsonAnswer(text);
  if (value === undefined) return { problem: text.trim() === "" ? "it is empty" : "it is not JSON" };
  const parsed = schema.safeParse(value);
  if (parsed.success) return { answer: parsed.data };
  const issue = parsed.error.issues[0];
  return { problem: `${issue?.path.join(".") || "the answer"}: ${issue?.message ?? "invalid"}` };
}

function repairPrompt(problem: string): string {
  return `Your last answer is not of the required schema (${problem}). Give the same answer again, changed in form only, as one JSON object of that schema and nothing else.`;
}
