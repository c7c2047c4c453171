import { resolve } from "node:path";
import type { ExitCode } from "../../../domain/exit-code.ts";
import { readPrompt } from "../prompt.ts";
import type { RunOptions } from "../run-options.ts";
import { makeRunRequest, workingFolder } from "../run-request.ts";
import { openSession } from "../session.ts";
import { settingFlags } from "../setting-flags.ts";
import type { CliWorld } from "../world.ts";
import { performRun } from "./run-command.ts";

export interface ConsultOptions extends RunOptions {
  readonly file: readonly string[];
  readonly image: readonly string[];
  readonly promptFile?: string;
  readonly ephemeral?: boolean;
}

/** `tandem consult`: a question to Codex, which may read this folder. */
export async function consultCommand(
  question: string | undefined,
  options: ConsultOptions,
  world: CliWorld,
): Promise<ExitCode> {
  const cwd = workingFolder(options, world);
  const session = await openSession(world, cwd, settingFlags(options, "timeout_consult"));
  const prompt = await readPrompt(question, options.promptFile, world);
  const absolute = (path: string) => resolve(world.cwd, path);
  const request = makeRunRequest(
    {
      kind: "consult",
      title: titleOf(prompt),
      // A rehearsal leaves no thread behind: its home is gone afterwards.
      ephemeral: (options.ephemeral ?? false) || (options.rehearse ?? false),
      prompt,
      files: options.file.map(absolute),
      images: options.image.map(absolute),
    },
    options,
    session.settings,
    cwd,
    world,
  );
  const [{ prepareConsult, runConsult }, { dryRunConsult }] = await Promise.all([
    import("../../../tasks/consult.ts"),
    import("../../../tasks/dry-run.ts"),
  ]);
  const prepared = await prepareConsult(request);
  return performRun(
    request,
    {
      perform: async (context) => runConsult(request, prepared, context),
      dryRun: async () => dryRunConsult(request, prepared),
    },
    options,
    session,
  );
}

/** The first words of the question. */
function titleOf(prompt: string): string {
  const line = prompt.trim().split("\n", 1)[0] ?? "";
  return line.length <= 60 ? line : `${line.slice(0, 57).trimEnd()}...`;
}
