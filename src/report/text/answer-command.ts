import { knownWord } from "../../domain/known-words.ts";
import { decisions, type Pending, type PendingKind } from "../../domain/pending.ts";
import { oneLine } from "./sanitise.ts";

/**
 * The commands that answer a request of the job with these letters: one for each decision, or one with the answers to its questions
 * still to be put in. `isOneOf` is true when the job waits for several answers at once.
 */
export function answerCommands(letters: string, pending: Pending, isOneOf = false): readonly string[] {
  const start = `tandem answer ${letters}`;
  const end = isOneOf ? ` --request ${argument(pending.id)}` : "";
  const { questions = [] } = pending;
  if (questions.length > 0) {
    const answers = questions.map(({ id }) => ` --answer ${argument(id)}="…"`);
    return [`${start}${answers.join("")}${end}`, `${start} decline${end}`];
  }
  const offered = decisions.filter((decision) => pending.choices.includes(decision));
  return (offered.length === 0 ? decisions : offered).map((decision) => `${start} ${decision}${end}`);
}

/**
 * What accepting means, and whose it is; undefined for a plain question. It is shown on terminals, in forms of MCP clients, and to
 * models.
 */
export function consequenceOf(kind: PendingKind): string | undefined {
  if (kind === "question") return undefined;
  // What is not known may be as much as the most that is known.
  return knownWord(consequences, kind) ?? consequences.command;
}

const consequences: Readonly<Record<Exclude<PendingKind, "question">, string>> = {
  command: "Accepted, it runs OUTSIDE the sandbox. Only a person may accept.",
  patch: "Accepted, it is written OUTSIDE the sandbox. Only a person may accept.",
  elicitation: "MCP servers run OUTSIDE the sandbox. Only a person may accept.",
};

/** Text of the model as one word of a command line that somebody may copy. */
function argument(text: string): string {
  const line = oneLine(text);
  return /^[\w.-]+$/.test(line) ? line : `'${line.replaceAll("'", "'\\''")}'`;
}
