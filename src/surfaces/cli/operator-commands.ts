import { type Command, InvalidArgumentError } from "commander";
import type { ImageOptions } from "./commands/image-wishes.ts";
import type { OperatorCheckOptions } from "./commands/operator-check.ts";
import type { OperatorOptions, OperatorRunOptions } from "./commands/operator-options.ts";
import { type AddCommand, type Finish, withGlobals } from "./globals.ts";
import { exitCodeHelp, imageExamples, operatorExamples } from "./help.ts";
import { addRunOptions, collect, formatOptions } from "./run-options.ts";
import type { CliWorld } from "./world.ts";

function addOperator(program: Command, world: CliWorld, finish: Finish): void {
  const operator = program
    .command("operator")
    .description("Run a task by a contract: it counts as done only when its checks say so.");
  operator.addHelpText("after", operatorExamples).action(() => operator.outputHelp());
  const inFolder = (command: Command) =>
    formatOptions(command.option("--cwd <folder>", "work in this folder (default: the current one)"));
  inFolder(operator.command("list").description("The operators that can be run here.")).action(
    async (options: OperatorOptions) => {
      const { listOperatorsCommand } = await import("./commands/operators.ts");
      finish(await listOperatorsCommand(withGlobals(options, program), world));
    },
  );
  inFolder(operator.command("show").description("An operator's contract, and whether it may run here."))
    .argument("<name>", "the operator")
    .action(async (name: string, options: OperatorOptions) => {
      const { showOperatorCommand } = await import("./commands/operators.ts");
      finish(await showOperatorCommand(name, withGlobals(options, program), world));
    });
  inFolder(
    operator
      .command("check")
      .description("Is a contract valid, and do the files that are there pass its checks? Without Codex."),
  )
    .argument("<name>", "the operator, or a path to its file")
    .option("--input <name=value>", "the value of an input; again for each path of a list", collect, [])
    .option("--input-file <path>", "inputs from a YAML or JSON file (`-`: stdin)")
    .action(async (name: string, options: OperatorCheckOptions) => {
      const { checkOperatorCommand } = await import("./commands/operators.ts");
      finish(await checkOperatorCommand(name, withGlobals(options, program), world));
    });
  inFolder(operator.command("new").description("Write a new operator's file to begin with."))
    .argument("<name>", "its name")
    .option("--user", "among your own operators, not in the project")
    .action(async (name: string, options: OperatorOptions & { readonly user?: boolean }) => {
      const { newOperatorCommand } = await import("./commands/operators.ts");
      finish(await newOperatorCommand(name, withGlobals(options, program), world));
    });
  const run = operator
    .command("run")
    .description("Run an operator: Codex does the work, we check it and put its outputs to their places.")
    .argument("<name>", "the operator")
    .option("--input <name=value>", "the value of an input; again for each path of a list", collect, [])
    .option("--input-file <path>", "inputs from a YAML or JSON file (`-`: stdin)")
    .option("--overwrite", "replace outputs that are there already")
    .option("--job <job>", "go on with the thread of this job of the same operator");
  addRunOptions(run, "timeout_task")
    .addHelpText("after", exitCodeHelp)
    .action(async (name: string, options: OperatorRunOptions) => {
      const { runOperatorCommand } = await import("./commands/operators.ts");
      finish(await runOperatorCommand(name, withGlobals(options, program), world));
    });
}

function addImage(program: Command, world: CliWorld, finish: Finish): void {
  const image = program
    .command("image")
    .description("Let Codex make an image with its image tool, and check it. Needs a login with ChatGPT.")
    .argument("[prompt]", "what it shows, as one argument; left out or `-`: read from stdin")
    .option("--out <path>", "where the image goes (PNG); with --count 4: cat-1.png to cat-4.png")
    .option("--aspect <ratio>", "width to height, as 16:9")
    .option("--ref <path>", "an image to go by; may be repeated", collect, [])
    .option("--count <number>", "how many, each a run of its own (1 to 10)", imageCount)
    .option("--batch <path>", "images from a YAML or JSON file; those that succeed are kept")
    .option("--prompt-file <path>", "read the prompt from a file (`-`: stdin)")
    .option("--overwrite", "replace images that are there already");
  addRunOptions(image, "timeout_task")
    .addHelpText("after", imageExamples + exitCodeHelp)
    .action(async (text: string | undefined, options: ImageOptions) => {
      const { imageCommand } = await import("./commands/operators.ts");
      finish(await imageCommand(text, withGlobals(options, program), world));
    });
}

function imageCount(text: string): number {
  if (!/^(?:[1-9]|10)$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 1 to 10.");
  return Number(text);
}

/** The commands of operators, by name. */
export const operatorCommands: Readonly<Record<string, AddCommand>> = {
  operator: addOperator,
  image: addImage,
};
