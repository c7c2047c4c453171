import type { JobSummary } from "../../domain/envelope.ts";
import { isTerminal, shortJobId } from "../../domain/job.ts";
import { knownWord } from "../../domain/known-words.ts";
import type { Pending, PendingKind, PendingQuestion } from "../../domain/pending.ts";
import { answerCommands } from "./answer-command.ts";
import { formatCount, formatTimeLeft } from "./format.ts";
import { type Block, joinBlocks, labelled } from "./parts.ts";
import { quote, renderConsequence } from "./question.ts";
import { oneLine } from "./sanitise.ts";
import { nowOf, paint, proseColumns, type TextStyle } from "./style.ts";

/** What Codex asks for: all of it, how long it waits, what accepting means, and the commands that answer. */
export function renderPending(
  pending: readonly Pending[],
  job: JobSummary | undefined,
  style: TextStyle,
): Block {
  // The end of a job is the end of its requests.
  if (pending.length === 0 || (job !== undefined && isTerminal(job.status))) return [];
  const letters = job === undefined ? "JOB" : oneLine(shortJobId(job.id));
  const isOneOf = pending.length > 1;
  return joinBlocks([
    [paint(`Codex waits for your answer (${formatCount(pending.length, "request")})`, "caution", style)],
    ...pending.map((each) => renderRequest(each, answerCommands(letters, each, isOneOf), style)),
  ]);
}

const names: Readonly<Record<PendingKind, string>> = {
  command: "run a command",
  patch: "change files",
  question: "a question",
  elicitation: "a request of an MCP server",
};

function renderRequest(request: Pending, commands: readonly string[], style: TextStyle): Block {
  const { id, kind, text, expiresAt, questions = [] } = request;
  const columns = proseColumns(style);
  return [
    ...labelled(
      `${oneLine(id)}. ${knownWord(names, kind) ?? oneLine(kind)}`,
      `· ${timeWords(expiresAt, style)}`,
      style,
      {
        tone: "title",
      },
    ),
    ...quote(text, columns),
    ...questions.flatMap((question) => renderFormQuestion(question, questions.length > 1, text, columns)),
    ...(questions.length > 0 ? [] : renderChoices(request, columns)),
    ...renderConsequence(kind, style),
    ...commands.map((command) => `  ${command}`),
  ];
}

function timeWords(expiresAt: string, style: TextStyle): string {
  const left = formatTimeLeft(expiresAt, nowOf(style));
  return left === undefined
    ? "its time is over: it counts as declined"
    : `${left}, then it counts as declined`;
}

/** One question of a form; its text only where the request's own does not say it. */
function renderFormQuestion(
  { id, text, choices }: PendingQuestion,
  isOneOf: boolean,
  said: string,
  columns: number,
): Block {
  return [
    ...(isOneOf || text.trim() !== said.trim() ? quote(`${id}: ${text}`, columns) : []),
    ...choices.flatMap((choice) => quote(`- ${oneLine(choice)}`, columns)),
  ];
}

/** Only what no command of ours says. */
function renderChoices({ kind, choices }: Pending, columns: number): Block {
  return kind === "question" ? choices.flatMap((choice) => quote(`- ${oneLine(choice)}`, columns)) : [];
}
