import { lastUserText, type ModelRequest } from "./model-request.ts";
import { command, items, message } from "./replies.ts";
import type { StreamReply } from "./reply.ts";
import { latestToolOutputs, type ToolOutput } from "./tool-outputs.ts";

const commands = ["ls", "git log --oneline -5"];

/** The scripted adviser: runs two commands in the sandbox, then tells what they printed. */
export function consultReply(request: ModelRequest): StreamReply {
  const outputs = latestToolOutputs(request);
  if (outputs.length === 0) return items(commands.map((line) => command(line)));
  return message(
    [
      "This is the scripted model of a rehearsal: no real model has read the question.",
      `The question has ${lastUserText(request).length} characters. In the sandbox of this run:`,
      ...outputs.map(describe),
    ].join("\n\n"),
  );
}

function describe(output: ToolOutput): string {
  if (output.command === undefined) return "A tool gave an output.";
  if (output.exitCode !== 0) {
    const end = output.exitCode === undefined ? "did not run" : `ended with exit code ${output.exitCode}`;
    return `\`${output.command}\` ${end}.`;
  }
  return `\`${output.command}\` printed:\n\n${excerpt(output.text)}`;
}

/** Indented, so that whatever was printed stays text in Markdown. */
function excerpt(text: string): string {
  const lines = text.trimEnd().split("\n");
  const shown = lines.slice(0, 10).map((line) => `    ${line.slice(0, 120)}`);
  return [...shown, ...(lines.length > 10 ? [`    … ${lines.length - 10} more lines`] : [])].join("\n");
}
