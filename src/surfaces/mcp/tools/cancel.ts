import { jobName, placeFields } from "../arguments/common-fields.ts";
import { required } from "../arguments/fields.ts";
import { defineTool } from "./tool.ts";

export const cancelTool = defineTool({
  name: "cancel",
  title: "Stop a Codex run",
  description:
    "Stops a run and everything that it started, and waits until nothing of it is left. What had arrived is kept. A job that has ended stays as it is. Free. Only for jobs that this conversation started, or that the user named.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  fields: { job: required(jobName("The job, by its id or the last letters of it.")), ...placeFields },
  call: async ({ job, workspace }, context) => {
    const [{ openPlace }, { cancelJobs }, { answerText }, { callWords }] = await Promise.all([
      import("../place/open-place.ts"),
      import("../../client/cancel-jobs.ts"),
      import("../results/answer.ts"),
      import("../../../report/text/reader.ts"),
    ]);
    const { session, notes } = await openPlace({ folder: workspace, needsNoFolder: true }, context.host);
    const { envelope } = await cancelJobs(job, {}, session);
    const nextSteps = [`${callWords("result", { job })} shows what had arrived.`];
    return answerText({ ...envelope, nextSteps }, { notes });
  },
});
