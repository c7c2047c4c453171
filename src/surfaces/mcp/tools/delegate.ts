import { runFields } from "../arguments/common-fields.ts";
import { flag, paths, required, text, texts } from "../arguments/fields.ts";
import { defineTool } from "./tool.ts";

export const delegateTool = defineTool({
  name: "delegate",
  title: "Delegate a coding task to Codex",
  description: `Has OpenAI Codex do a coding task in a copy of the git work tree and returns a patch. The user's files stay untouched: only the person applies the patch (/codex:apply), there is no tool for it and you never retype it.
What Codex says it did is a claim; the patch is exact. Report only what this tool returned. \`reply\` goes on in the same copy.
Leaves the machine: the task and whatever files Codex reads, to the model provider of the user's Codex. Costs tokens of the user's account; dryRun is free.
Takes minutes, up to 2 hours. After about 50 s the call returns a job: get its result with \`result\`, never by a second task.`,
  annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: true },
  fields: {
    task: required(
      text("The task, with all that Codex needs to know; it sees nothing of this conversation."),
    ),
    includeUntracked: flag("true: files that git does not know yet are in the copy, too."),
    checks: texts("Commands that are run before and after, in Codex's sandbox.", 10, 2_000),
    images: paths("PNG, JPEG, GIF or WebP files to attach.", 20),
    ...runFields,
  },
  call: async ({ task, includeUntracked = false, checks = [], images = [], ...values }, context) => {
    const [{ performRun }, { titleFrom }, { delegateWishes }] = await Promise.all([
      import("../calls/perform-run.ts"),
      import("../../../tasks/title.ts"),
      import("../../client/delegate-part.ts"),
    ]);
    return performRun(
      {
        values,
        makePart: async ({ confine, session }) => ({
          kind: "delegate",
          title: titleFrom(task),
          ephemeral: false,
          prompt: task,
          tier: "workspace-write",
          images: images.map((image) => confine(image, "images")),
          delegate: delegateWishes(session.settings, { includeUntracked, checks }),
        }),
      },
      context,
    );
  },
});
