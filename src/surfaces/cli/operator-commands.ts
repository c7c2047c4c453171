import type { Command } from "commander";
import type { OperatorOptions, OperatorRunOptions } from "./commands/operator-options.ts";
import { type AddCommand, type Finish, withGlobals } from "./globals.ts";
import { exitCodeHelp, operatorExamples } from "./help.ts";
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
      const { listOperatorsCommand } = await import("./commands/operator-show.ts");
      finish(await listOperatorsCommand(withGlobals(options, program), world));
    },
  );
  inFolder(operator.command("show").description("An operator's contract, and whether it may run here."))
    .argument("<name>", "the operator")
    .action(async (name: string, options: OperatorOptions) => {
      const { showOperatorCommand } = await import("./commands/operator-show.ts");
      finish(await showOperatorCommand(name, withGlobals(options, program), world));
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
      const { runOperatorCommand } = await import("./commands/operator-run.ts");
      finish(await runOperatorCommand(name, withGlobals(options, program), world));
    });
}

/** The commands of operators, by name. */
export const operatorCommands: Readonly<Record<string, AddCommand>> = { operator: addOperator };
