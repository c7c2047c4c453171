import type { CallToolResult } from "@modelcontextprotocol/server";
import { type Envelope, envelopeSchema } from "../../../domain/envelope.ts";
import { TandemError, toErrorReport } from "../../../domain/errors/tandem-error.ts";
import { shortJobId } from "../../../domain/job.ts";
import { oneLine } from "../../../report/text/sanitise.ts";
import { splitPages } from "./pages.ts";
import { callText, inToolWords } from "./tool-words.ts";

export interface AnswerOptions {
  /** What the reader should know beside the answer. */
  readonly notes?: readonly string[];
  /** Counted from 1. */
  readonly page?: number;
  /** The arguments of `result` that give the next page; default: the job of the envelope. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** An envelope as text for the model. */
export async function answerText(envelope: Envelope, options: AnswerOptions = {}): Promise<CallToolResult> {
  return answerWith(await textForModel(envelope), envelope, options);
}

/** What a model reads of an envelope, whole. */
export async function textForModel(envelope: Envelope): Promise<string> {
  const { renderEnvelope } = await import("../../../report/text/render-envelope.ts");
  // Steps of the command line are left out where nobody has named any of ours.
  const shown = inToolWords({ nextSteps: [], ...envelope });
  return renderEnvelope(shown, { columns: 100, colour: false, reader: "model" });
}

/** The whole envelope. */
export async function answerJson(envelope: Envelope, options: AnswerOptions = {}): Promise<CallToolResult> {
  const { renderJson } = await import("../../../report/json.ts");
  return answerWith(renderJson(envelope, { pretty: false }), envelope, options);
}

/** What a call that failed is answered with. */
export async function answerError(error: unknown): Promise<CallToolResult> {
  return answerText({ schema: envelopeSchema, ok: false, kind: "error", error: toErrorReport(error) });
}

/** A text about an envelope, in pages. Throws `usage` for a page that is not there. */
export function answerWith(text: string, envelope: Envelope, options: AnswerOptions = {}): CallToolResult {
  const { notes = [], page = 1, more } = options;
  const pages = splitPages(text);
  const shown = pages[page - 1];
  if (shown === undefined) {
    throw new TandemError("usage", {
      problem: `\`page\` must be from 1 to ${pages.length} here.`,
      hint: "Leave it out for the first one.",
    });
  }
  const remarks = [
    ...notes.map((note) => `Note: ${oneLine(note)}`),
    ...pageRemarks(page, pages.length, envelope, more),
  ];
  return {
    content: [
      { type: "text", text: shown },
      // A block of its own: the pages put together are the text, and nothing else.
      ...(remarks.length === 0 ? [] : [{ type: "text" as const, text: remarks.join("\n") }]),
    ],
    ...(envelope.error === undefined ? {} : { isError: true }),
    _meta: stubOf(envelope),
  };
}

function pageRemarks(
  page: number,
  count: number,
  { job }: Envelope,
  more: AnswerOptions["more"],
): readonly string[] {
  if (count === 1) return [];
  const values = more ?? (job === undefined ? undefined : { job: shortJobId(job.id) });
  const place = `This is page ${page} of ${count}.`;
  if (page === count) return [`${place} It is the last one.`];
  if (values === undefined) return [`${place} The rest is left out: ask for less.`];
  return [`${place} The next one: ${callText("result", { ...values, page: page + 1 })}`];
}

/** The result in short for clients that read more than text; structured content would hide the text from the model. */
function stubOf({ ok, kind, job, verdict, error }: Envelope): Readonly<Record<string, unknown>> {
  return {
    "codex-tandem/result": {
      ok,
      kind,
      ...(job === undefined ? {} : { job: job.id, status: job.status, uri: `tandem://jobs/${job.id}` }),
      ...(verdict === undefined ? {} : { verdict }),
      ...(error === undefined ? {} : { error: error.kind }),
    },
  };
}
