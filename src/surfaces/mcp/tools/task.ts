import { TandemError } from "../../../domain/errors/tandem-error.ts";
import { approvalModes, busyChoices } from "../../../domain/run.ts";
import { jobName, runFields } from "../arguments/common-fields.ts";
import { choice, flag, namedValues, paths, text } from "../arguments/fields.ts";
import { defineTool } from "./tool.ts";

export const taskTool = defineTool({
  name: "task",
  title: "Give Codex a task",
  description: `Gives OpenAI Codex a task in the folder. With write: true it CHANGES FILES in the working tree, in a sandbox without network; without it, it only reads. Never set write unless the user wants Codex to edit; for a second opinion use \`consult\`.
What Codex says it did is a claim: look at the files, and report only what this tool returned. An error or a run that goes on is no result.
Leaves the machine: the task and whatever files Codex reads, to the model provider of the user's Codex. Costs tokens of the user's account; dryRun is free.
Takes minutes, up to 2 hours. After about 50 s the call returns a job: get its result with \`result\`, never by a second task.`,
  annotations: { readOnlyHint: false, destructiveHint: true, openWorldHint: true },
  fields: {
    task: text("The task, with all that Codex needs to know; it sees nothing of this conversation."),
    operator: text("In place of task: an operator, a task by a contract that is checked.", 40),
    inputs: namedValues("The operator's inputs by their names."),
    overwrite: flag("true: the operator's outputs may replace files."),
    write: flag("true: Codex may change files in the folder. Only when the user asked for that."),
    continueJob: jobName("Go on with the thread of this job."),
    images: paths("PNG, JPEG, GIF or WebP files to attach.", 20),
    approvals: choice("ask: Codex may ask the person to let a step out of its sandbox.", approvalModes),
    ifBusy: choice("While another job writes here: refuse (default) or wait.", busyChoices),
    ...runFields,
  },
  call: async (given, context) => {
    const { task, operator, inputs, overwrite, write = false, continueJob, images = [], ...more } = given;
    const { approvals, ifBusy, ...values } = more;
    refuseMixture(given);
    const [{ performRun }, { titleFrom }] = await Promise.all([
      import("../calls/perform-run.ts"),
      import("../../../tasks/title.ts"),
    ]);
    return performRun(
      {
        values,
        ...(continueJob === undefined ? {} : { continues: continueJob }),
        flags: { approvals },
        wishes: {
          ...(approvals === undefined ? {} : { approvals }),
          ...(ifBusy === undefined ? {} : { ifBusy }),
        },
        makePart: async ({ confine, folder, session }) => {
          if (operator !== undefined) {
            const { mcpOperatorPart } = await import("./task-operator.ts");
            const asked = { operator, inputs, overwrite, write, continueJob };
            return mcpOperatorPart(asked, { confine, folder, session }, values.dryRun === true);
          }
          const { resumedThread } = await import("../../client/resumed-thread.ts");
          const words = context.host.rescues.wordsOf(context.toolUse);
          const resume =
            continueJob === undefined ? undefined : await resumedThread({ job: continueJob }, session);
          return {
            kind: "task",
            title: titleFrom(task ?? ""),
            ephemeral: false,
            prompt: task ?? "",
            ...(words === undefined ? {} : { words }),
            tier: write ? "workspace-write" : "read-only",
            images: images.map((image) => confine(image, "images")),
            ...(resume === undefined ? {} : { resume }),
          };
        },
      },
      context,
    );
  },
});

interface Mixture {
  readonly task?: string;
  readonly operator?: string;
  readonly inputs?: unknown;
  readonly overwrite?: boolean;
  readonly images?: readonly string[];
  readonly approvals?: string;
}

/** A call is about a task or about an operator. */
function refuseMixture({ task, operator, inputs, overwrite, images, approvals }: Mixture): void {
  const problem =
    task === undefined && operator === undefined
      ? "`task` is missing: the task, with all that Codex needs to know."
      : task !== undefined && operator !== undefined
        ? "`task` and `operator` exclude each other: an operator's words are in its contract."
        : operator === undefined && (inputs !== undefined || overwrite !== undefined)
          ? "`inputs` and `overwrite` belong to an operator."
          : operator !== undefined && (images !== undefined || approvals !== undefined)
            ? "`images` and `approvals` belong to a task; an operator takes `inputs` and asks nobody."
            : undefined;
  if (problem === undefined) return;
  throw new TandemError("usage", {
    problem,
    hint: "Nothing was started. Call it again with corrected arguments.",
  });
}
