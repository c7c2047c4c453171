import { resolve } from "node:path";
import { TandemError } from "../../../domain/errors/tandem-error.ts";
import type { ExitCode } from "../../../domain/exit-code.ts";
import type { Tier } from "../../../domain/tier.ts";
import { titleFrom } from "../../../tasks/title.ts";
import { resumedThread } from "../../client/resumed-thread.ts";
import { confirmWrite } from "../confirm.ts";
import { readPrompt } from "../prompt.ts";
import type { RunOptions } from "../run-options.ts";
import { makeRunRequest, workingFolder } from "../run-request.ts";
import { openSession } from "../session.ts";
import { settingFlags } from "../setting-flags.ts";
import type { CliWorld } from "../world.ts";
import { performRun } from "./run-command.ts";

export interface TaskOptions extends RunOptions {
  readonly promptFile?: string;
  readonly image: readonly string[];
  readonly write?: boolean;
  readonly fullAuto?: boolean;
  readonly addDir: readonly string[];
  readonly thread?: string;
  readonly job?: string;
  readonly resumeLast?: boolean;
  readonly fresh?: boolean;
  readonly ephemeral?: boolean;
}

/** `tandem task`: work for Codex in this folder. Read-only unless the person says otherwise for this run. */
export async function taskCommand(
  text: string | undefined,
  options: TaskOptions,
  world: CliWorld,
): Promise<ExitCode> {
  const cwd = workingFolder(options, world);
  const session = await openSession(world, cwd, settingFlags(options, "timeout_task"));
  const tier = await chosenTier(options, world);
  const resume = await resumedThread(options, session);
  const prompt = await readPrompt(text, options.promptFile, world, "task");
  const ephemeral = ephemeralTask(options, tier, resume);
  const part = {
    kind: "task",
    title: titleFrom(prompt),
    ephemeral,
    prompt,
    tier,
    images: options.image.map((path) => resolve(world.cwd, path)),
    addDirectories: writableFolders(options, tier, world),
    ...(resume === undefined ? {} : { resume }),
  } as const;
  const request = makeRunRequest(part, options, session.settings, cwd, world);
  return performRun(request, options, session);
}

async function chosenTier({ tier, write, fullAuto }: TaskOptions, world: CliWorld): Promise<Tier> {
  if (tier !== undefined && (write === true || fullAuto === true) && tier !== "workspace-write") {
    throw new TandemError("usage", {
      problem: `--tier ${tier} and --write exclude each other.`,
      hint: "Give one of them.",
    });
  }
  if (fullAuto === true && write !== true) await confirmWrite(world);
  return tier ?? (write === true || fullAuto === true ? "workspace-write" : "read-only");
}

/** The folders of `--add-dir`, absolute and without links. They open nothing for a run that may not write at all. */
function writableFolders({ addDir }: TaskOptions, tier: Tier, world: CliWorld): readonly string[] {
  if (addDir.length > 0 && tier === "read-only") {
    throw new TandemError("usage", {
      problem: "--add-dir names a folder to write, but this task is read-only.",
      hint: "Add --write, or leave --add-dir out: a task may read every folder.",
    });
  }
  return addDir.map((cwd) => workingFolder({ cwd }, world));
}

/** A run that may write always leaves its thread, and a thread that is continued keeps what it has. */
function ephemeralTask(
  { ephemeral, rehearse }: TaskOptions,
  tier: Tier,
  resume: string | undefined,
): boolean {
  if (ephemeral === true && tier !== "read-only") {
    throw new TandemError("usage", {
      problem: "A task that may write always keeps its thread.",
      hint: "Leave --ephemeral out.",
    });
  }
  if (ephemeral === true && resume !== undefined) {
    throw new TandemError("usage", {
      problem: "A thread that is continued is kept.",
      hint: "Leave --ephemeral out.",
    });
  }
  return ephemeral === true || (rehearse === true && tier === "read-only");
}
