import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { TandemError } from "../../domain/errors/tandem-error.ts";
import type { CliWorld } from "./world.ts";

/** `--full-auto` of older tools means `--write` here: a person on a terminal is asked, everybody else is told the flag. */
export async function confirmWrite({ stdin, stderr }: CliWorld): Promise<void> {
  const declined = new TandemError("usage", {
    problem: "--full-auto would let Codex change files in this folder; nobody confirmed that.",
    hint: "Use --write, which says what it does.",
  });
  if (stdin.isTTY !== true || stderr.isTTY !== true) throw declined;
  const question = "Let Codex change files in this folder for this run?";
  if (!(await confirm(question, { stdin, stderr }))) throw declined;
}

/** Asks the person at the terminal; only a clear yes is one. */
export async function confirm(
  question: string,
  { stdin, stderr }: Pick<CliWorld, "stdin" | "stderr">,
): Promise<boolean> {
  const prompt = createInterface({ input: stdin, output: stderr });
  try {
    // Ctrl+C and Ctrl+D reject the question; an input that ends leaves it open for ever.
    const ended = once(prompt, "close").then(() => undefined);
    const asked = prompt.question(`${question} [y/N] `).catch(() => undefined);
    const answer = await Promise.race([asked, ended]);
    // The line of the question is still open.
    if (answer === undefined) stderr.write("\n");
    return /^y(es)?$/i.test(answer?.trim() ?? "");
  } finally {
    prompt.close();
  }
}
