import { type Argument, Command, CommanderError, Help, Option } from "commander";
import { TandemError, toErrorReport } from "../../domain/errors/tandem-error.ts";
import { ExitCode } from "../../domain/exit-code.ts";
import { type OutputFormat, outputFormats } from "../../report/formats/format-names.ts";
import { quote } from "../../settings/quote.ts";
import { suggest } from "../../settings/suggest.ts";
import type { SlashOptions } from "../slash/slash-arguments.ts";
import type { SetupOptions } from "./commands/setup.ts";
import { addGateCommand } from "./gate-command.ts";
import { type AddCommand, type Finish, withGlobals } from "./globals.ts";
import { exitCodeHelp, mainExamples } from "./help.ts";
import { jobCommands } from "./job-commands.ts";
import { operatorCommands } from "./operator-commands.ts";
import { formatOf, printEnvelope, printError } from "./output.ts";
import { patchCommands } from "./patch-commands.ts";
import { runCommands } from "./run-commands.ts";
import type { CliWorld } from "./world.ts";

/** Runs one command line. Never throws: every failure becomes an envelope and its exit code. */
export async function runCli(parameters: readonly string[], world: CliWorld): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.done;
  const asked = parameters.find((parameter) => !parameter.startsWith("-"));
  const program = buildProgram(asked, world, (code) => {
    exitCode = code;
  });
  try {
    refuseUnknownCommand(asked);
    await program.parseAsync([...parameters], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return ExitCode.done;
    return printFailure(error, commandWords(program, parameters), parameters, world);
  }
}

const commands: Readonly<Record<string, AddCommand>> = {
  ...runCommands,
  ...patchCommands,
  ...jobCommands,
  ...operatorCommands,
  gate: addGateCommand,
  mcp: addMcp,
  slash: addSlash,
  setup: addSetup,
  demo: addDemo,
};

/** A command that is asked for gets along without the others, which take longer to describe than some commands run. */
function buildProgram(asked: string | undefined, world: CliWorld, finish: Finish): Command {
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
    .configureHelp({
      helpWidth: Math.min(world.stdout.columns ?? 80, 100),
      sortSubcommands: false,
      // Without `[options]`, which all of them have, what they do has room in a narrow terminal.
      optionDescription: (option) => new Help().optionDescription(option).replace(emptyDefault, ""),
      subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(termOf)].join(" "),
    })
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
  const only = asked === undefined ? undefined : commandNamed(asked);
  for (const add of only === undefined ? Object.values(commands) : [only]) add(program, world, finish);
  return program;
}

function commandNamed(name: string): AddCommand | undefined {
  return Object.hasOwn(commands, name) ? commands[name] : undefined;
}

function addMcp(program: Command): void {
  program
    .command("mcp")
    .description(
      "Serve the tools for a model to an MCP client, over stdin and stdout. It ends when stdin does.",
    )
    .action(async () => {
      await import("../mcp/main.ts");
    });
}

function addSlash(program: Command, world: CliWorld, finish: Finish): void {
  program
    .command("slash", { hidden: true })
    .description("What was typed behind a command of the Claude Code plugin, read from stdin.")
    .argument("<command>")
    .option("--leaves", "leave a run alone as soon as it has begun")
    .option("--json", "print the result as JSON")
    .action(async (name: string, options: SlashOptions) => {
      const { slashCommand } = await import("./commands/slash.ts");
      finish(
        await slashCommand(name, withGlobals(options, program), world, async (line) => runCli(line, world)),
      );
    });
}

function addSetup(program: Command, world: CliWorld, finish: Finish): void {
  program
    .command("setup")
    .description(
      "Whether all is there that Codex needs here, and how to get what is missing. Starts no model.",
    )
    .option("--rehearse", "try it all with a scripted model: no login, no cost")
    .option("--allow-read-only", "let Claude Code run the tools that only read without a question")
    .addOption(
      new Option("--enable-review-gate", "switch on the review of each stop in this folder").conflicts(
        "disableReviewGate",
      ),
    )
    .option("--disable-review-gate", "switch it off")
    .option("--json", "print the result as JSON")
    .action(async (options: SetupOptions) => {
      const { setupCommand } = await import("./commands/setup.ts");
      finish(await setupCommand(withGlobals(options, program), world));
    });
}

function addDemo(program: Command, world: CliWorld, finish: Finish): void {
  program
    .command("demo")
    .description(
      "Review and question a small repository with a real bug, with a scripted model: no login, no cost.",
    )
    .action(async () => {
      const { demoCommand } = await import("./commands/demo.ts");
      finish(await demoCommand(world));
    });
}

async function printFailure(
  error: unknown,
  words: readonly string[],
  parameters: readonly string[],
  world: CliWorld,
): Promise<ExitCode> {
  const report = error instanceof CommanderError ? usageOf(error, words).report : toErrorReport(error);
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
function refuseUnknownCommand(word: string | undefined): void {
  const names = [...Object.keys(commands), "help"];
  if (word === undefined || names.includes(word)) return;
  const meant = suggest(word, names);
  throw new TandemError("usage", {
    problem: `There is no command ${quote(word)}.`,
    hint: meant === undefined ? "See `tandem --help`." : `Did you mean \`tandem ${meant}\`?`,
  });
}

/** The names of the command that a line means: `threads`, `rename`. Options before a command have no values of their own. */
function commandWords(program: Command, parameters: readonly string[]): readonly string[] {
  const names: string[] = [];
  let command: Command | undefined = program;
  for (const word of parameters.filter((parameter) => !parameter.startsWith("-"))) {
    command = command.commands.find((known) => known.name() === word);
    if (command === undefined) break;
    names.push(word);
  }
  return names;
}

/** What commander says of an option that may be repeated and was not given. */
const emptyDefault = / \(default: (?:\[\]|none)\)$/;

function termOf(argument: Argument): string {
  const words = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${words}>` : `[${words}]`;
}

function usageOf(error: CommanderError, words: readonly string[]): TandemError<"usage"> {
  const [command] = words;
  const help = words.length > 1 ? `tandem ${words.join(" ")} --help` : ["tandem help", ...words].join(" ");
  const problem = error.message.replace(/^error: /, "").replace(/^./, (first) => first.toUpperCase());
  const takesText = ["consult", "task", "delegate"].includes(command ?? "");
  const isDashed = takesText && error.code === "commander.unknownOption";
  const isTooMuch = error.code === "commander.excessArguments";
  const advice = isDashed
    ? " A text that begins with a dash goes behind `--`, or into --prompt-file."
    : isTooMuch && takesText
      ? " The text is one argument: put it in quotes."
      : isTooMuch && command === "review"
        ? ' What to look at goes into --focus "...".'
        : "";
  return new TandemError("usage", { problem, hint: `See \`${help}\`.${advice}` });
}
