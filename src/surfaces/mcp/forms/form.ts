import { knownWord } from "../../../domain/known-words.ts";
import {
  type Decision,
  decisions,
  type Pending,
  type PendingAnswer,
  type PendingKind,
} from "../../../domain/pending.ts";
import { sanitiseExactly } from "../../../report/text/sanitise.ts";

/** One input of a form. */
interface FormInput {
  readonly type: "string";
  readonly title: string;
  readonly enum?: readonly string[];
}

/** A form for the person, as `elicitation/create` takes it. */
export interface FormRequest {
  readonly message: string;
  readonly requestedSchema: {
    readonly type: "object";
    readonly properties: Readonly<Record<string, FormInput>>;
    readonly required: readonly string[];
  };
}

/** What the client says of a form. */
export interface FormAnswer {
  readonly action: "accept" | "decline" | "cancel";
  readonly content?: Readonly<Record<string, unknown>> | undefined;
}

/** The input for the decision; Codex's own questions have ids of their own. */
const decisionInput = "tandem_decision";

/** What accepting means; nothing for a plain question. */
const consequences: Readonly<Record<Exclude<PendingKind, "question">, string>> = {
  command: "Accepted, it runs OUTSIDE of Codex's sandbox, with all your rights.",
  patch: "Accepted, it is written OUTSIDE of Codex's sandbox.",
  elicitation: "This comes from an MCP server of your Codex, which runs OUTSIDE of its sandbox.",
};

/** What is not known may be as much as the most that is known. */
function consequenceOf(kind: PendingKind): string | undefined {
  return kind === "question" ? undefined : (knownWord(consequences, kind) ?? consequences.command);
}

/** A request of Codex as a form: all of its text, what accepting means, an input for each question and one for the decision. */
export function formOf(pending: Pending, job: string): FormRequest {
  const { kind, text, questions = [] } = pending;
  const consequence = consequenceOf(kind);
  const asked = questions.map(({ id, text: title, choices }): [string, FormInput] => [
    id,
    inputOf(title, choices),
  ]);
  const decided: [string, FormInput][] =
    kind === "question"
      ? []
      : [[decisionInput, { type: "string", title: "Your decision", enum: offered(pending) }]];
  // Of a decision that is not to accept nobody wants the other inputs.
  const needed = kind === "question" ? asked : decided;
  return {
    message: [
      `Codex asks (job ${job}):`,
      sanitiseExactly(text),
      ...(consequence === undefined ? [] : [consequence]),
    ].join("\n\n"),
    requestedSchema: {
      type: "object",
      properties: Object.fromEntries([...asked, ...decided]),
      required: needed.map(([name]) => name),
    },
  };
}

/** What a filled form means. Only a clear yes accepts; a form that was closed declines. */
export function answerOf(pending: Pending, { action, content = {} }: FormAnswer): PendingAnswer {
  if (action !== "accept") return { decision: "decline", origin: "form" };
  const { [decisionInput]: decided, ...others } = content;
  const texts = Object.entries(others).flatMap(([name, value]) => {
    const text = textOf(value);
    return text === undefined ? [] : [[name, text] as const];
  });
  const answers = texts.length === 0 ? {} : { answers: Object.fromEntries(texts) };
  if (pending.kind === "question") return { decision: "accept", ...answers, origin: "form" };
  const decision = offered(pending).find((word) => word === decided) ?? "decline";
  return { decision, ...(decision === "accept" ? answers : {}), origin: "form" };
}

/** The decisions that fit. What accepts nothing stands first: a client may choose the first by itself. */
function offered({ choices }: Pending): readonly Decision[] {
  const fitting = decisions.filter((decision) => choices.includes(decision));
  const order: Readonly<Record<Decision, number>> = { decline: 0, accept: 1, cancel: 2 };
  return (fitting.length === 0 ? [...decisions] : fitting).toSorted(
    (one, other) => order[one] - order[other],
  );
}

function inputOf(title: string, choices: readonly string[]): FormInput {
  return {
    type: "string",
    title: sanitiseExactly(title),
    ...(choices.length === 0 ? {} : { enum: choices }),
  };
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return undefined;
}
