import { jobName, placeFields } from "../arguments/common-fields.ts";
import { flag } from "../arguments/fields.ts";
import type { Arguments } from "../arguments/read-arguments.ts";
import { defineTool } from "./tool.ts";

const fields = {
  job: jobName("One job, by its id or the last letters of it."),
  all: flag("true: the jobs of all folders."),
  ...placeFields,
};

export type StatusArguments = Arguments<typeof fields>;

export const statusTool = defineTool({
  name: "status",
  title: "Codex readiness and jobs",
  description:
    "Free and quick: whether Codex can be used here and what is wrong if not, and the jobs of this folder with what they do now. Starts no model and sends nothing. Ask this first when a call failed, and for the job of a run that was lost sight of.",
  annotations: { readOnlyHint: true, openWorldHint: false },
  fields,
  call: async (values, context) => (await import("../calls/call-status.ts")).callStatus(values, context),
});
