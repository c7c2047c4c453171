import type { Command } from "commander";
import type { ApplyOptions } from "./commands/patch.ts";
import { type AddCommand, type Finish, withGlobals } from "./globals.ts";
import { applyExamples } from "./help.ts";
import { collect, type FormatOptions, formatOptions } from "./run-options.ts";
import type { CliWorld } from "./world.ts";

const oneJob = "the delegated job, by its id or the last letters of it";

function addApply(program: Command, world: CliWorld, finish: Finish): void {
  const apply = program
    .command("apply")
    .description("Take the patch of a delegated job over into your work tree: all of it, or nothing.")
    .argument("<job>", oneJob)
    .option("-y, --yes", "do not ask")
    .option(
      "--check <command>",
      "run this with the patch applied, and take it back when it fails",
      collect,
      [],
    )
    .option("--only <path>", "only this file or folder of it; may be repeated", collect, []);
  formatOptions(apply)
    .addHelpText("after", applyExamples)
    .action(async (job: string, options: ApplyOptions) => {
      const { applyCommand } = await import("./commands/patch.ts");
      finish(await applyCommand(job, withGlobals(options, program), world));
    });
}

function addUndo(program: Command, world: CliWorld, finish: Finish): void {
  const undo = program
    .command("undo")
    .description("Take an applied patch back, if its files are as it left them.")
    .argument("<job>", oneJob);
  formatOptions(undo).action(async (job: string, options: FormatOptions) => {
    const { undoCommand } = await import("./commands/patch.ts");
    finish(await undoCommand(job, withGlobals(options, program), world));
  });
}

function addDiscard(program: Command, world: CliWorld, finish: Finish): void {
  const discard = program
    .command("discard")
    .description("Remove the work tree of a delegated job. Its patch stays, and so do your files.")
    .argument("<job>", oneJob);
  formatOptions(discard).action(async (job: string, options: FormatOptions) => {
    const { discardCommand } = await import("./commands/patch.ts");
    finish(await discardCommand(job, withGlobals(options, program), world));
  });
}

/** The commands for what a delegated job left, by name. None of them calls a model. */
export const patchCommands: Readonly<Record<string, AddCommand>> = {
  apply: addApply,
  undo: addUndo,
  discard: addDiscard,
};
