import type { ThreadSession, TurnInput } from "../codex/engine.ts";
import type { RunRequest } from "../domain/run.ts";
import { anchoredFinding } from "./anchored-finding.ts";
import type { ConsultAnswer } from "./answer-schemas.ts";
import { answerParts, authorText } from "./author-text.ts";
import { type CheckedImage, checkImage } from "./checked-image.ts";
import { composePrompt, type InlinedFile, readContextFiles } from "./consult-prompt.ts";
import { describeMarks } from "./inline-change.ts";
import { parseJsonAnswer } from "./json-answer.ts";
import { present } from "./present.ts";
import type { TaskContext, TaskResult } from "./task.ts";
import { threadOptions } from "./thread-options.ts";

/** A consultation with all its input read, before anything is started. */
export interface PreparedConsult {
  readonly prompt: string;
  readonly files: readonly InlinedFile[];
  readonly images: readonly CheckedImage[];
}

/** Reads what the question needs. Throws `input_unreadable` or `input_too_large`: Codex would go on without a missing image. */
export async function prepareConsult(request: RunRequest): Promise<PreparedConsult> {
  const text = authorText(request, "The question");
  const files = await readContextFiles(request.files, request.inputByteCap);
  const images = await Promise.all(request.images.map(checkImage));
  return { prompt: composePrompt(text, files), files, images };
}

/** Asks Codex a question. The answer is its own text, or with findings when they were asked for. */
export async function runConsult(
  request: RunRequest,
  prepared: PreparedConsult,
  context: TaskContext,
): Promise<TaskResult> {
  const session = await context.openThread(threadOptions(request, { untrusted: false }));
  const images = prepared.images.map(({ path }) => path);
  const input = { type: "prompt", text: prepared.prompt, images } as const;
  if (request.wantsFindings === true) {
    const result = await consultWithFindings(request, session, input, context);
    return { ...result, warnings: fileWarnings(prepared) };
  }
  const outcome = await session.run(input, context.watchdog, context.signal);
  return { session, turns: [outcome], warnings: fileWarnings(prepared), parts: answerParts(outcome) };
}

/** What of the named files was not sent. */
function fileWarnings({ files }: PreparedConsult): readonly string[] {
  const withheld = files.filter(({ text }) => text === undefined).map(({ path }) => path);
  const replaced = describeMarks(files.flatMap(({ marks }) => marks));
  return [
    ...(withheld.length === 0
      ? []
      : [`Not sent, since their names say that they hold secrets: ${withheld.join(", ")}.`]),
    ...(replaced === undefined ? [] : [replaced]),
  ];
}

/** Findings of a consultation are held against no change: nothing was compared, so they stay claims. */
async function consultWithFindings(
  request: RunRequest,
  session: ThreadSession,
  input: Extract<TurnInput, { type: "prompt" }>,
  context: TaskContext,
): Promise<TaskResult> {
  const [{ consultAnswerSchema }, { runStructuredTurn }] = await Promise.all([
    import("./answer-schemas.ts"),
    import("./structured-turn.ts"),
  ]);
  const outcome = await runStructuredTurn(session, input, consultAnswerSchema, context);
  const { turns } = outcome;
  const raw = present("raw", outcome.raw);
  if (!outcome.ok) return { session, turns, warnings: [], parts: { ...raw, error: outcome.error } };
  return { session, turns, warnings: [], parts: { ...partsOf(outcome.answer, request), ...raw } };
}

/** An answer with findings from its text; undefined when it is not of the shape that was asked for. */
export async function readConsultAnswer(
  text: string,
  request: RunRequest,
): Promise<TaskResult["parts"] | undefined> {
  const { consultAnswerSchema } = await import("./answer-schemas.ts");
  const parsed = consultAnswerSchema.safeParse(parseJsonAnswer(text));
  return parsed.success ? partsOf(parsed.data, request) : undefined;
}

function partsOf({ answer, findings, questions }: ConsultAnswer, { cwd }: RunRequest): TaskResult["parts"] {
  const reviewed = { root: cwd, diff: { files: [], totalBytes: 0 }, seen: new Set<string>() };
  return {
    answer,
    findings: findings.map((finding) => anchoredFinding(finding, reviewed)),
    ...(questions.length > 0 ? { questions } : {}),
  };
}
