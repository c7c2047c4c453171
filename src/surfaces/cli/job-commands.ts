import { type Command, InvalidArgumentError, Option } from "commander";
import { type Decision, decisions } from "../../domain/pending.ts";
import type { AnswerOptions } from "./commands/answer.ts";
import type { CancelOptions } from "./commands/cancel.ts";
import type { PruneOptions } from "./commands/jobs.ts";
import type { ResultOptions } from "./commands/result.ts";
import type { StatusOptions } from "./commands/status.ts";
import type { SteerOptions } from "./commands/steer.ts";
import type { ThreadsOptions } from "./commands/threads.ts";
import type { WaitOptions } from "./commands/wait.ts";
import { type AddCommand, type Finish, withGlobals } from "./globals.ts";
import {
  answerExamples,
  cancelExamples,
  exitCodeHelp,
  resultExamples,
  statusExamples,
  verifyExamples,
  waitExamples,
} from "./help.ts";
import { collect, type FormatOptions, failOnOption, formatOptions, settingOption } from "./run-options.ts";
import type { CliWorld } from "./world.ts";

const oneJob = "the job, by its id or the last letters of it";

function addStatus(program: Command, world: CliWorld, finish: Finish): void {
  program
    .command("status")
    .description("Whether Codex can be used, and the jobs of this folder. Starts no model and costs nothing.")
    .argument("[job]", "one job, by its id or the last letters of it")
    .option("--all", "the jobs of all folders")
    .option("--watch", "show it again as it changes, until nothing runs")
    .option("--json", "print the result as JSON")
    .addHelpText("after", statusExamples)
    .action(async (job: string | undefined, options: StatusOptions & { readonly watch?: boolean }) => {
      if (options.watch === true) {
        const { watchStatusCommand } = await import("./commands/watch-status.ts");
        finish(await watchStatusCommand(job, withGlobals(options, program), world));
        return;
      }
      const { statusCommand } = await import("./commands/status.ts");
      const { openStoredJobs } = await import("./session.ts");
      finish(await statusCommand(job, withGlobals(options, program), world, openStoredJobs));
    });
}

function addResult(program: Command, world: CliWorld, finish: Finish): void {
  const result = program
    .command("result")
    .description("Show the stored result of a job again. Starts no model and costs nothing.")
    .argument("[job]", `${oneJob} (default: the newest of this folder)`)
    .option("--consume", "delete the job once its result is printed");
  formatOptions(result)
    .addHelpText("after", resultExamples)
    .action(async (job: string | undefined, options: ResultOptions) => {
      const { resultCommand } = await import("./commands/result.ts");
      finish(await resultCommand(job, withGlobals(options, program), world));
    });
}

function addVerify(program: Command, world: CliWorld, finish: Finish): void {
  const verify = program
    .command("verify")
    .description("Hold what is stored of a job against its receipt. Reads files alone; starts nothing.")
    .argument("<job|file>", `${oneJob}; or a receipt, a job's folder or a result saved with --json`);
  formatOptions(verify)
    .addHelpText("after", verifyExamples)
    .action(async (name: string, options: FormatOptions) => {
      const { verifyCommand } = await import("./commands/verify.ts");
      finish(await verifyCommand(name, withGlobals(options, program), world));
    });
}

function addWait(program: Command, world: CliWorld, finish: Finish): void {
  const wait = program
    .command("wait")
    .description("Wait for jobs that run in the background and print their results.")
    .argument("<jobs...>", "the jobs, by their ids or the last letters of them")
    .addOption(settingOption("wait_budget", "--wait-budget <duration>"))
    .addOption(failOnOption());
  formatOptions(wait)
    .addHelpText("after", waitExamples + exitCodeHelp)
    .action(async (jobs: readonly string[], options: WaitOptions) => {
      const { waitCommand } = await import("./commands/wait.ts");
      finish(await waitCommand(jobs, withGlobals(options, program), world));
    });
}

function addWatch(program: Command, world: CliWorld, finish: Finish): void {
  program
    .command("watch")
    .description("Show what a job does, event by event, from its start to its end.")
    .argument("<job>", oneJob)
    .option("--json", "one entry of the journal a line")
    .action(async (job: string, options: { readonly json?: boolean }) => {
      const { watchCommand } = await import("./commands/watch.ts");
      finish(await watchCommand(job, withGlobals(options, program), world));
    });
}

function addCancel(program: Command, world: CliWorld, finish: Finish): void {
  const cancel = program
    .command("cancel")
    .description("Stop a job and wait until nothing of it is left.")
    .argument("[job]", `${oneJob} (default: the only one that runs in this folder)`)
    .option("--all", "every running job of this folder");
  formatOptions(cancel)
    .addHelpText("after", cancelExamples)
    .action(async (job: string | undefined, options: CancelOptions) => {
      const { cancelCommand } = await import("./commands/cancel.ts");
      finish(await cancelCommand(job, withGlobals(options, program), world));
    });
}

function addSteer(program: Command, world: CliWorld, finish: Finish): void {
  const steer = program
    .command("steer")
    .description("Say something to Codex in the middle of its running turn.")
    .argument("<job>", oneJob)
    .argument("[text]", "the text as one argument; left out or `-`: read from stdin")
    .option("--prompt-file <path>", "read the text from a file (`-`: stdin)");
  formatOptions(steer).action(async (job: string, text: string | undefined, options: SteerOptions) => {
    const { steerCommand } = await import("./commands/steer.ts");
    finish(await steerCommand(job, text, withGlobals(options, program), world));
  });
}

function addAnswer(program: Command, world: CliWorld, finish: Finish): void {
  const answer = program
    .command("answer")
    .description("Answer what Codex asks in a job that was started with --approvals ask.")
    .argument("<job>", oneJob)
    .argument(
      "[decision]",
      "accept, decline or cancel; what is accepted runs outside of the sandbox",
      decision,
    )
    .option("--request <id>", "which of several requests")
    .addOption(
      new Option("--answer <question=text>", "the answer to a question; may be repeated")
        .argParser(collect)
        .default([], "none"),
    );
  formatOptions(answer)
    .addHelpText("after", answerExamples)
    .action(async (job: string, chosen: Decision | undefined, options: AnswerOptions) => {
      const { answerCommand } = await import("./commands/answer.ts");
      finish(await answerCommand(job, chosen, withGlobals(options, program), world));
    });
}

function addThreads(program: Command, world: CliWorld, finish: Finish): void {
  const threads = program
    .command("threads")
    .description("The threads that Codex keeps for this folder, with our jobs on them. No model call.")
    .option("--all", "the threads of all folders");
  formatOptions(threads).action(async (options: ThreadsOptions) => {
    const { threadsCommand } = await import("./commands/threads.ts");
    finish(await threadsCommand(withGlobals(options, program), world));
  });
  formatOptions(threads.command("rename").description("Give a thread another name."))
    .argument("<thread>", "the id of the thread")
    .argument("<name>", "its new name as one argument")
    .action(async (thread: string, name: string, options: FormatOptions) => {
      const { renameThreadCommand } = await import("./commands/threads.ts");
      finish(await renameThreadCommand(thread, name, withGlobals(options, program), world));
    });
}

function addJobs(program: Command, world: CliWorld, finish: Finish): void {
  const jobs = program.command("jobs").description("Delete stored jobs: remove some, or prune the old ones.");
  jobs.action(() => jobs.outputHelp());
  formatOptions(jobs.command("remove").description("Delete ended jobs with all that was stored of them."))
    .argument("<jobs...>", "the jobs, by their ids or the last letters of them")
    .action(async (names: readonly string[], options: FormatOptions) => {
      const { removeJobsCommand } = await import("./commands/jobs.ts");
      finish(await removeJobsCommand(names, withGlobals(options, program), world));
    });
  formatOptions(
    jobs.command("prune").description("Delete ended jobs of all folders whose result was delivered."),
  )
    .option("--days <count>", "only those that ended longer ago than this", days)
    .option("--all", "those whose result nobody has read, too")
    .action(async (options: PruneOptions) => {
      const { pruneJobsCommand } = await import("./commands/jobs.ts");
      finish(await pruneJobsCommand(withGlobals(options, program), world));
    });
}

/** The commands that look after jobs, by name. None of them calls a model. */
export const jobCommands: Readonly<Record<string, AddCommand>> = {
  status: addStatus,
  result: addResult,
  verify: addVerify,
  wait: addWait,
  watch: addWatch,
  cancel: addCancel,
  steer: addSteer,
  answer: addAnswer,
  threads: addThreads,
  jobs: addJobs,
};

function decision(word: string): Decision {
  const found = decisions.find((name) => name === word);
  if (found === undefined) throw new InvalidArgumentError(`It must be one of ${decisions.join(", ")}.`);
  return found;
}

function days(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError("It must be a whole number of days.");
  return Number(text);
}
