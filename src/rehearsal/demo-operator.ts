import { isRecord, parseJson } from "../domain/json.ts";
import { type ModelRequest, userTexts } from "./model-request.ts";
import { command, items, message, toolCall } from "./replies.ts";
import type { StreamReply } from "./reply.ts";
import { answerFor } from "./schema-answer.ts";
import { latestToolOutputs } from "./tool-outputs.ts";

/** The contract of an operator in a conversation; undefined when the request is about something else. */
export function contractIn(request: ModelRequest): string | undefined {
  return userTexts(request).find(
    (text) => text.startsWith("# TASK\n") && text.includes("\n# FINAL FORMAT\n"),
  );
}

/** The scripted worker: does what the contract asks with one step of tools, then says what it did. It never says that a rule holds. */
export function operatorReply(request: ModelRequest, contract: string): StreamReply {
  const note = "Scripted result of a rehearsal; no real model has read the inputs.";
  if (latestToolOutputs(request).length === 0) {
    const steps = [
      ...(/Use the tool image_gen/.test(contract)
        ? [toolCall("imagegen", { prompt: "a rehearsal" }, "image_gen")]
        : []),
      ...filesIn(contract).map((file) => command(writeLine(file, contract, note))),
      ...(/Use the tool shell/.test(contract) ? [command("ls")] : []),
    ];
    if (steps.length > 0) return items(steps);
  }
  const schema = schemaAfter("RESULT is a JSON value that follows this schema: ", contract);
  const result = schema === undefined ? {} : { result: answerFor(schema, { note, findings: [] }) };
  return message(JSON.stringify({ status: "ok", ...result }));
}

interface ContractFile {
  readonly path: string;
  readonly isSeeded: boolean;
}

function filesIn(contract: string): readonly ContractFile[] {
  const form = /^\d+\. (.*) at exactly this path: ("(?:[^"\\]|\\.)*")$/gm;
  return [...contract.matchAll(form)].flatMap(([, words = "", quoted = ""]) => {
    const path = parseJson(quoted);
    return typeof path === "string" ? [{ path, isSeeded: words.includes("A copy of") }] : [];
  });
}

function writeLine({ path, isSeeded }: ContractFile, contract: string, note: string): string {
  const schema = schemaAfter("is JSON that follows this schema: ", contract);
  const text = schema === undefined ? note : JSON.stringify(answerFor(schema, { note, findings: [] }));
  return `printf '%s\\n' ${shellQuote(isSeeded ? `# ${note}` : text)} ${isSeeded ? ">>" : ">"} ${shellQuote(path)}`;
}

function schemaAfter(words: string, contract: string): Record<string, unknown> | undefined {
  const start = contract.indexOf(words);
  if (start < 0) return undefined;
  const [line = ""] = contract.slice(start + words.length).split("\n", 1);
  const value = parseJson(line);
  return isRecord(value) ? value : undefined;
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
