import { flag, ofSetting, path, text } from "./fields.ts";

/** Names of jobs are short. */
const longestName = 100;

export const jobName = (about: string) => text(about, longestName);

/** Where a tool works. */
export const placeFields = {
  workspace: path("Folder to work in; default: the client's own. Must lie in one of its folders."),
};

/** What every tool takes that may start a run. */
export const runFields = {
  ...placeFields,
  model: ofSetting("Codex model; default: the user's.", "model"),
  effort: ofSetting("Reasoning effort, e.g. low, medium, high.", "effort"),
  wait: flag("false: return the job at once. Default: wait up to about 50 s."),
  dryRun: flag("true: only show what would be sent. Free; starts nothing."),
  idempotencyKey: text("The same key with the same arguments is the same run.", 200),
};
