import { jobName, placeFields } from "../arguments/common-fields.ts";
import { choice, texts, wholeNumber } from "../arguments/fields.ts";
import type { Arguments } from "../arguments/read-arguments.ts";
import { defineTool } from "./tool.ts";

const formats = ["text", "json", "journal"] as const;

const fields = {
  job: jobName("The job, by its id or the last letters of it. Default: the newest of this folder."),
  jobs: texts("Several jobs at once, in place of job.", 20, 100),
  waitSeconds: wholeNumber(
    "Wait so long for the end, as far as this client allows; ask again if it goes on.",
    0,
    7200,
  ),
  format: choice("text (default); json: the whole envelope; journal: what Codex did, step by step.", formats),
  page: wholeNumber("Page of a long result, from 1.", 1, 100_000),
  ...placeFields,
};

export type ResultArguments = Arguments<typeof fields>;

export const resultTool = defineTool({
  name: "result",
  title: "Result of a Codex run",
  description: `Gives the result of a run that another tool started, or says that it goes on; with waitSeconds it waits. Free: it starts nothing and can be asked any number of times.
Only what this returns is Codex's answer. While a job is queued or running there is none: say so, or wait; never answer in Codex's place. A long result comes in pages, none of which is left out.`,
  annotations: { readOnlyHint: true, openWorldHint: false },
  isAlwaysLoaded: true,
  fields,
  call: async (values, context) => (await import("../calls/call-result.ts")).callResult(values, context),
});
