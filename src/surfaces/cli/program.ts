import { Command, CommanderError, Option } from "commander";
import { TandemError, toErrorReport } from "../../domain/errors/tandem-error.ts";
import { ExitCode } from "../../domain/exit-code.ts";
import { reviewScopes } from "../../domain/run.ts";
import { type OutputFormat, outputFormats } from "../../report/formats/format-names.ts";
import { quote } from "../../settings/quote.ts";
import { suggest } from "../../settings/suggest.ts";
import type { ConsultOptions } from "./commands/consult.ts";
import type { ResultOptions } from "./commands/result.ts";
import type { ReviewOptions } from "./commands/review.ts";
import type { StatusOptions } from "./commands/status.ts";
import type { TaskOptions } from "./commands/task.ts";
import {
  adversarialExamples,
  consultExamples,
  exitCodeHelp,
  mainExamples,
  resultExamples,
  reviewExamples,
  statusExamples,
  taskExamples,
} from "./help.ts";
import { formatOf, printEnvelope, printError } from "./output.ts";
import { addRunOptions, collect, failOnOption } from "./run-options.ts";
import type { CliWorld } from "./world.ts";

/** Runs one command line. Never throws: every failure becomes an envelope and its exit code. */
export async function runCli(parameters: readonly string[], world: CliWorld): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.done;
  const program = buildProgram(world, (code) => {
    exitCode = code;
  });
  try {
    refuseUnknownCommand(program, parameters);
    await program.parseAsync([...parameters], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return ExitCode.done;
    return printFailure(error, parameters, world);
  }
}

function buildProgram(world: CliWorld, finish: (code: ExitCode) => void): Command {
  const program = new Command("tandem")
    .description(
      "A second model for Claude Code and the terminal: OpenAI Codex reviews, answers and works, and what it says is checked.",
    )
    .option("-V, --version", "print the version; with --json which build this is")
    .option("--json", "print the result as JSON")
    .helpCommand("help [command]", "show the help of a command")
    .addHelpText("after", mainExamples + exitCodeHelp)
    .configureOutput({
      writeOut: (text) => world.stdout.write(text),
      // Faults are printed by us, once, as every other error is.
      writeErr: () => undefined,
    })
    .configureHelp({ helpWidth: Math.min(world.stdout.columns ?? 80, 100), sortSubcommands: false })
    .exitOverride()
    .enablePositionalOptions()
    .showSuggestionAfterError();
  program.action(async (options: { version?: boolean; json?: boolean }) => {
    if (options.version !== true) {
      program.outputHelp();
      return;
    }
    const { versionEnvelope } = await import("./commands/version.ts");
    finish(ExitCode.done);
    await printEnvelope(versionEnvelope(), formatOf(options), world);
  });
  addReview(program, world, finish);
  addConsult(program, world, finish);
  addTask(program, world, finish);
  addStatus(program, world, finish);
  addResult(program, world, finish);
  program
    .command("demo")
    .description(
      "Review and question a small repository with a real bug, with a scripted model: no login, no cost.",
    )
    .action(async () => {
      const { demoCommand } = await import("./commands/demo.ts");
      finish(await demoCommand(world));
    });
  return program;
}

function addReview(program: Command, world: CliWorld, finish: (code: ExitCode) => void): void {
  const command = program
    .command("review")
    .description(
      "Let Codex review a change. It reads the repository in a read-only sandbox and changes nothing.",
    )
    .option("--focus <text>", "what to look at in particular; the review is then asked for by our own prompt")
    .option(
      "--structured",
      "ask for the review by our own prompt, with the change in it, in place of Codex's reviewer",
    )
    .option(
      "--native-only",
      "Codex's own reviewer alone, without the turn that asks for quotes and failure paths",
    );
  addReviewScope(command)
    .addHelpText("after", reviewExamples + exitCodeHelp)
    .action(async (options: ReviewOptions) => {
      const { reviewCommand } = await import("./commands/review.ts");
      finish(await reviewCommand("review", withGlobals(options, program), world));
    });
  const adversarial = program
    .command("adversarial-review")
    .description("Let Codex question a change and the approach behind it. Read-only, like a review.")
    .argument("[focus...]", "what to question in particular; all that follows the options is text")
    .passThroughOptions();
  addReviewScope(adversarial)
    .addHelpText("after", adversarialExamples + exitCodeHelp)
    .action(async (words: readonly string[], options: ReviewOptions) => {
      const { reviewCommand } = await import("./commands/review.ts");
      const focus = words.length === 0 ? {} : { focus: words.join(" ") };
      finish(
        await reviewCommand("adversarial-review", { ...withGlobals(options, program), ...focus }, world),
      );
    });
}

function addReviewScope(command: Command): Command {
  command
    .addOption(
      new Option(
        "--scope <scope>",
        "what to review; auto takes uncommitted changes, else the branch against its base",
      )
        .choices(reviewScopes)
        .default("auto"),
    )
    .option("--base <revision>", "review the branch against this branch or commit")
    .option("--commit <revision>", "review one commit")
    .option("--path <path>", "limit the review to a file or folder; may be repeated", collect, [])
    .addOption(failOnOption());
  return addRunOptions(command, "timeout_review");
}

function addConsult(program: Command, world: CliWorld, finish: (code: ExitCode) => void): void {
  const command = program
    .command("consult")
    .description("Ask Codex a question. It may read this folder in a read-only sandbox and changes nothing.")
    .argument("[question]", "the question as one argument; left out or `-`: read from stdin")
    .option("--prompt-file <path>", "read the question from a file (`-`: stdin)")
    .option("--file <path>", "put a file into the prompt; may be repeated", collect, [])
    .option("--image <path>", "attach an image; may be repeated", collect, [])
    .option("--findings", "ask for an answer with a list of findings")
    .option("--ephemeral", "leave no thread behind in Codex's history");
  addRunOptions(command, "timeout_consult")
    .addHelpText("after", consultExamples + exitCodeHelp)
    .action(async (question: string | undefined, options: ConsultOptions) => {
      const { consultCommand } = await import("./commands/consult.ts");
      finish(await consultCommand(question, withGlobals(options, program), world));
    });
}

function addTask(program: Command, world: CliWorld, finish: (code: ExitCode) => void): void {
  const command = program
    .command("task")
    .description("Give Codex a task in this folder. It reads; --write lets it change files.")
    .argument("[task]", "the task as one argument; left out or `-`: read from stdin")
    .option("--prompt-file <path>", "read the task from a file (`-`: stdin)")
    .option("--image <path>", "attach an image; may be repeated", collect, [])
    .option("--write", "let Codex change files in this folder (tier workspace-write)")
    .option("--full-auto", "the same as --write, asked for on a terminal")
    .option("--add-dir <folder>", "let it write this folder too; may be repeated", collect, [])
    .option("--thread <id>", "go on with this thread of Codex")
    .option("--job <job>", "go on with the thread of this job")
    .option("--resume-last", "go on with this folder's last task, if there is only one thread")
    .option("--fresh", "start a new thread (the default)")
    .option("--ephemeral", "leave no thread behind in Codex's history; read-only tasks");
  addRunOptions(command, "timeout_task")
    .addHelpText("after", taskExamples + exitCodeHelp)
    .action(async (text: string | undefined, options: TaskOptions) => {
      const { taskCommand } = await import("./commands/task.ts");
      finish(await taskCommand(text, withGlobals(options, program), world));
    });
}

function addStatus(program: Command, world: CliWorld, finish: (code: ExitCode) => void): void {
  program
    .command("status")
    .description("Whether Codex can be used, and the jobs of this folder. Starts no model and costs nothing.")
    .argument("[job]", "one job, by its id or the last letters of it")
    .option("--all", "the jobs of all folders")
    .option("--json", "print the result as JSON")
    .addHelpText("after", statusExamples)
    .action(async (job: string | undefined, options: StatusOptions) => {
      const { statusCommand } = await import("./commands/status.ts");
      finish(await statusCommand(job, withGlobals(options, program), world));
    });
}

function addResult(program: Command, world: CliWorld, finish: (code: ExitCode) => void): void {
  program
    .command("result")
    .description("Show the stored result of a job again. Starts no model and costs nothing.")
    .argument("[job]", "the job, by its id or the last letters of it (default: the newest of this folder)")
    .option("--json", "print the result as JSON")
    .addHelpText("after", resultExamples)
    .action(async (job: string | undefined, options: ResultOptions) => {
      const { resultCommand } = await import("./commands/result.ts");
      finish(await resultCommand(job, withGlobals(options, program), world));
    });
}

/** `--json` may stand before the command as well. */
function withGlobals<Options extends { readonly json?: boolean }>(
  options: Options,
  program: Command,
): Options {
  return { ...program.opts<{ json?: boolean }>(), ...options };
}

async function printFailure(
  error: unknown,
  parameters: readonly string[],
  world: CliWorld,
): Promise<ExitCode> {
  const report = error instanceof CommanderError ? usageOf(error, parameters).report : toErrorReport(error);
  // The options may be what is wrong, so they are not asked. What follows `--` is a question, whatever it says.
  const end = parameters.indexOf("--");
  const options = parameters.slice(0, end < 0 ? parameters.length : end);
  return printError(report, askedFormat(options), world);
}

/** The format that a line asks for, read without trusting the rest of it. */
function askedFormat(options: readonly string[]): OutputFormat {
  if (options.includes("--json")) return "json";
  const named = options.flatMap((option, index) =>
    option === "--format" ? [options[index + 1]] : option.startsWith("--format=") ? [option.slice(9)] : [],
  );
  return outputFormats.find((format) => named.includes(format)) ?? "text";
}

/** Commander takes a word that is no command for one argument too many and does not say what was meant. */
function refuseUnknownCommand(program: Command, parameters: readonly string[]): void {
  const word = parameters.find((parameter) => !parameter.startsWith("-"));
  const names = [...program.commands.map((command) => command.name()), "help"];
  if (word === undefined || names.includes(word)) return;
  const meant = suggest(word, names);
  throw new TandemError("usage", {
    problem: `There is no command ${quote(word)}.`,
    hint: meant === undefined ? "See `tandem --help`." : `Did you mean \`tandem ${meant}\`?`,
  });
}

function usageOf(error: CommanderError, [command]: readonly string[]): TandemError<"usage"> {
  const problem = error.message.replace(/^error: /, "").replace(/^./, (first) => first.toUpperCase());
  const takesText = command === "consult" || command === "task";
  const dashed = takesText && /unknown option '-/i.test(error.message);
  const hint = dashed
    ? `See \`tandem help ${command}\`. A text that begins with a dash goes behind \`--\`, or into --prompt-file.`
    : `See \`tandem help${command === undefined || command.startsWith("-") ? "" : ` ${command}`}\`.`;
  return new TandemError("usage", { problem, hint });
}
