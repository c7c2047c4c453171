import { type Command, Option } from "commander";
import { reviewScopes } from "../../domain/run.ts";
import type { ConsultOptions } from "./commands/consult.ts";
import type { DelegateOptions } from "./commands/delegate.ts";
import type { ReplyOptions } from "./commands/reply.ts";
import type { RetryOptions } from "./commands/retry.ts";
import type { ReviewOptions } from "./commands/review.ts";
import type { TaskOptions } from "./commands/task.ts";
import { type AddCommand, type Finish, withGlobals } from "./globals.ts";
import {
  adversarialExamples,
  consultExamples,
  delegateExamples,
  exitCodeHelp,
  replyExamples,
  reviewExamples,
  taskExamples,
} from "./help.ts";
import { addRunOptions, collect, failOnOption, formatOptions, waitOptions } from "./run-options.ts";
import type { CliWorld } from "./world.ts";

function addReview(program: Command, world: CliWorld, finish: Finish): void {
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
}

function addAdversarialReview(program: Command, world: CliWorld, finish: Finish): void {
  const command = program
    .command("adversarial-review")
    .description("Let Codex question a change and the approach behind it. Read-only, like a review.")
    .argument("[focus...]", "what to question in particular; all that follows the options is text")
    .passThroughOptions();
  addReviewScope(command)
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

function addConsult(program: Command, world: CliWorld, finish: Finish): void {
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

function addTask(program: Command, world: CliWorld, finish: Finish): void {
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

function addDelegate(program: Command, world: CliWorld, finish: Finish): void {
  const command = program
    .command("delegate")
    .description("Let Codex work in a copy of this work tree. Your files stay as they are; you get a patch.")
    .argument("[task]", "the task as one argument; left out or `-`: read from stdin")
    .option("--prompt-file <path>", "read the task from a file (`-`: stdin)")
    .option("--image <path>", "attach an image; may be repeated", collect, [])
    .option("--include-untracked", "copy untracked files that git does not ignore, too")
    .option(
      "--check <command>",
      "run this before and after, in a clean copy and in Codex's sandbox; may be repeated",
      collect,
      [],
    );
  addRunOptions(command, "timeout_delegate")
    .addHelpText("after", delegateExamples + exitCodeHelp)
    .action(async (text: string | undefined, options: DelegateOptions) => {
      const { delegateCommand } = await import("./commands/delegate.ts");
      finish(await delegateCommand(text, withGlobals(options, program), world));
    });
}

function addReply(program: Command, world: CliWorld, finish: Finish): void {
  const command = program
    .command("reply")
    .description("Go on with the thread of a job: the next turn, with the new text alone.")
    .argument("[words...]", "the job and the text as one argument each; with --thread the text alone")
    .option("--thread <id>", "go on with this thread of Codex instead of a job's")
    .option("--prompt-file <path>", "read the text from a file (`-`: stdin)")
    .option("--write", "let Codex change files in this folder (tier workspace-write)");
  addRunOptions(command, "timeout_task")
    .addHelpText("after", replyExamples + exitCodeHelp)
    .action(async (words: readonly string[], options: ReplyOptions) => {
      const { replyCommand } = await import("./commands/reply.ts");
      finish(await replyCommand(words, withGlobals(options, program), world));
    });
}

function addRetry(program: Command, world: CliWorld, finish: Finish): void {
  const command = program
    .command("retry")
    .description("Ask for the same again as a job did, as a new job.")
    .argument("<job>", "the job, by its id or the last letters of it")
    .option("--dry-run", "show what would be examined and sent; no model call, no cost");
  formatOptions(waitOptions(command)).action(async (job: string, options: RetryOptions) => {
    const { retryCommand } = await import("./commands/retry.ts");
    finish(await retryCommand(job, withGlobals(options, program), world));
  });
}

/** The commands that start a run of Codex and cost something, by name. */
export const runCommands: Readonly<Record<string, AddCommand>> = {
  review: addReview,
  "adversarial-review": addAdversarialReview,
  consult: addConsult,
  task: addTask,
  delegate: addDelegate,
  reply: addReply,
  retry: addRetry,
};
