import { runFields } from "../arguments/common-fields.ts";
import { flag, paths, required, text } from "../arguments/fields.ts";
import { defineTool } from "./tool.ts";

export const consultTool = defineTool({
  name: "consult",
  title: "Ask Codex",
  description: `Asks OpenAI Codex a question; it may read the folder in a read-only sandbox and changes nothing. Use it for a second opinion: on a plan, a bug, a design.
Report only what this tool returned, as Codex's claim and not as fact. An error or a run that goes on is no answer.
Leaves the machine: the question, the named files, and whatever files Codex reads, to the model provider of the user's Codex. Costs tokens of the user's account; dryRun is free.
Takes 10 s to some minutes. After about 50 s the call returns a job: get its result with \`result\`, never by asking again. \`reply\` goes on with the same thread.`,
  annotations: { readOnlyHint: true, openWorldHint: true },
  isAlwaysLoaded: true,
  fields: {
    question: required(
      text("The question, with all that Codex needs to know; it sees nothing of this conversation."),
    ),
    files: paths("Files to put into the prompt. Codex can read the folder by itself too.", 50),
    images: paths("PNG, JPEG, GIF or WebP files to attach.", 20),
    findings: flag("true: an answer with a list of findings."),
    ...runFields,
  },
  call: async ({ question, files = [], images = [], findings, ...values }, context) => {
    const [{ performRun }, { titleFrom }] = await Promise.all([
      import("../calls/perform-run.ts"),
      import("../../../tasks/title.ts"),
    ]);
    return performRun(
      {
        values,
        makePart: async ({ confine }) => ({
          kind: "consult",
          title: titleFrom(question),
          ephemeral: false,
          prompt: question,
          ...(findings === true ? { wantsFindings: true } : {}),
          files: files.map((file) => confine(file, "files")),
          images: images.map((image) => confine(image, "images")),
        }),
      },
      context,
    );
  },
});
