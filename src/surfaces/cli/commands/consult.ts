import { resolve } from "node:path";
import type { ExitCode } from "../../../domain/exit-code.ts";
import { titleFrom } from "../../../tasks/title.ts";
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
  readonly findings?: boolean;
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
      title: titleFrom(prompt),
      // A rehearsal leaves no thread behind: its home is gone afterwards.
      ephemeral: (options.ephemeral ?? false) || (options.rehearse ?? false),
      prompt,
      ...(options.findings === true ? { wantsFindings: true } : {}),
      files: options.file.map(absolute),
      images: options.image.map(absolute),
    },
    options,
    session.settings,
    cwd,
    world,
  );
  return performRun(request, options, session);
}
