import {
  readPrompt
} from "./chunk-2OTZMGZI.mjs";
import {
  makeRunRequest,
  performRun,
  planRun,
  settingFlags,
  titleFrom,
  workingFolder
} from "./chunk-BPQJTWGG.mjs";
import {
  openSession
} from "./chunk-MDMALCBG.mjs";

// src/surfaces/cli/commands/consult.ts
import { resolve } from "node:path";
async function consultCommand(question, options, world) {
  const cwd = workingFolder(options, world);
  const session = await openSession(world, cwd, settingFlags(options, "timeout_consult"));
  const prompt = await readPrompt(question, options.promptFile, world);
  const absolute = (path) => resolve(world.cwd, path);
  const request = makeRunRequest(
    {
      kind: "consult",
      title: titleFrom(prompt),
      // A rehearsal leaves no thread behind: its home is gone afterwards.
      ephemeral: (options.ephemeral ?? false) || (options.rehearse ?? false),
      prompt,
      ...options.findings === true ? { wantsFindings: true } : {},
      files: options.file.map(absolute),
      images: options.image.map(absolute)
    },
    options,
    session.settings,
    cwd,
    world
  );
  const route = await planRun(request, session);
  const [{ prepareConsult, runConsult }, { dryRunConsult }] = await Promise.all([
    import("./consult-IRGOSZO7.mjs"),
    import("./dry-run-DM5BWC6Y.mjs")
  ]);
  const prepared = await prepareConsult(request);
  return performRun(
    request,
    {
      route,
      perform: async (context) => runConsult(request, prepared, context),
      dryRun: async () => dryRunConsult(request, prepared, route)
    },
    options,
    session
  );
}

export {
  consultCommand
};
