import { resolve } from "node:path";
import type { ExitCode } from "../../../domain/exit-code.ts";
import { titleFrom } from "../../../tasks/title.ts";
import { delegateWishes } from "../../client/delegate-part.ts";
import { readPrompt } from "../prompt.ts";
import type { RunOptions } from "../run-options.ts";
import { makeRunRequest, workingFolder } from "../run-request.ts";
import { openSession } from "../session.ts";
import { settingFlags } from "../setting-flags.ts";
import type { CliWorld } from "../world.ts";
import { performRun } from "./run-command.ts";

export interface DelegateOptions extends RunOptions {
  readonly promptFile?: string;
  readonly image: readonly string[];
  readonly includeUntracked?: boolean;
  readonly check: readonly string[];
}

/** `tandem delegate`: work for Codex in a work tree of its own, which ends in a patch. */
export async function delegateCommand(
  text: string | undefined,
  options: DelegateOptions,
  world: CliWorld,
): Promise<ExitCode> {
  const cwd = workingFolder(options, world);
  const session = await openSession(world, cwd, settingFlags(options, "timeout_delegate"));
  const prompt = await readPrompt(text, options.promptFile, world, "task");
  const part = {
    kind: "delegate",
    title: titleFrom(prompt),
    ephemeral: false,
    prompt,
    tier: options.tier ?? "workspace-write",
    images: options.image.map((path) => resolve(world.cwd, path)),
    delegate: delegateWishes(session.settings, {
      includeUntracked: options.includeUntracked === true,
      checks: options.check,
    }),
  } as const;
  const request = makeRunRequest(part, options, session.settings, cwd, world);
  return performRun(request, options, session);
}
