import { jobName, runFields } from "../arguments/common-fields.ts";
import { choice, namedTexts, required, text } from "../arguments/fields.ts";
import type { Arguments } from "../arguments/read-arguments.ts";
import { defineTool } from "./tool.ts";

const fields = {
  job: required(jobName("The job, by its id or the last letters of it.")),
  text: text("What to say to Codex."),
  answers: namedTexts("Answers to several questions of Codex, by their ids."),
  decision: choice("Turns down what Codex asks. Only the person can accept.", ["decline", "cancel"]),
  request: text("Which request is meant, when several wait.", 100),
  ...runFields,
};

export type ReplyArguments = Arguments<typeof fields>;

export const replyTool = defineTool({
  name: "reply",
  title: "Go on with a Codex run",
  description: `Says something to Codex in a run that \`review\`, \`consult\`, \`task\` or \`delegate\` started. A job that has ended: the next turn on its thread, read-only (to let Codex write: \`task\` with continueJob and write); a delegated one goes on in its own copy. A job that asks a question: the answer. A job that runs: text for its running turn.
It never accepts a step out of Codex's sandbox: only the person can, in a form or with \`tandem answer\`; decision turns it down.
Report only what came back, as Codex's claim. The next turn sends the text, and whatever files Codex reads, to the model provider, and costs tokens of the user's account.`,
  annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: true },
  fields,
  call: async (values, context) => (await import("../calls/call-reply.ts")).callReply(values, context),
});
