import { type Command, InvalidArgumentError, Option } from "commander";
import { type Severity, severities } from "../../domain/finding.ts";
import { type BusyChoice, busyChoices } from "../../domain/run.ts";
import { type Tier, tiers } from "../../domain/tier.ts";
import { type OutputFormat, outputFormats } from "../../report/formats/format-names.ts";
import { describeFlag } from "../../settings/describe.ts";
import type { SettingKey } from "../../settings/table.ts";
import type { TimeoutKey } from "../client/make-run-request.ts";

/** How a result is printed. */
export interface FormatOptions {
  readonly json?: boolean;
  readonly format?: OutputFormat;
}

/** Options that every paid command takes, as commander gives them. */
export interface RunOptions extends FormatOptions {
  readonly model?: string;
  readonly effort?: string;
  readonly profile?: string;
  readonly engine?: string;
  readonly isolation?: string;
  readonly timeout?: string;
  readonly stall?: string;
  readonly mcp: readonly string[];
  readonly config: readonly string[];
  readonly tier?: Tier;
  readonly network?: boolean;
  readonly cwd?: string;
  readonly title?: string;
  readonly approvals?: string;
  readonly waitBudget?: string;
  readonly direct?: boolean;
  readonly background?: boolean;
  readonly wait?: boolean;
  readonly ifBusy?: BusyChoice;
  readonly idempotencyKey?: string;
  readonly dryRun?: boolean;
  readonly rehearse?: boolean;
}

/** Adds the options of every paid command. The texts of settings come from the settings table. */
export function addRunOptions(command: Command, timeoutKey: TimeoutKey): Command {
  command
    .addOption(settingOption("model", "-m, --model <name>"))
    .addOption(settingOption("effort", "--effort <name>"))
    .addOption(settingOption(timeoutKey, "--timeout <duration>"))
    .addOption(settingOption("stall", "--stall <duration>"))
    .addOption(settingOption("profile", "--profile <name>"))
    .addOption(settingOption("engine", "--engine <engine>"))
    .addOption(settingOption("isolation", "--isolation <how>"))
    .addOption(settingOption("mcp_allow", "--mcp <server>").argParser(collect).default([], "none"))
    .addOption(
      new Option(
        "-c, --config <key=value>",
        "a value of Codex's own configuration for this run; may be repeated",
      )
        .argParser(collect)
        .default([], "none"),
    )
    .addOption(new Option("--tier <tier>", "how much the run may change").choices(tiers))
    .option("--network", "let commands of Codex and its web search use the network")
    .option("--cwd <folder>", "work in this folder (default: the current one)")
    .option("--title <text>", "how the job is called in lists")
    .addOption(settingOption("approvals", "--approvals <mode>"))
    .addOption(
      new Option("--if-busy <choice>", "what to do while another job writes the same working tree")
        .choices(busyChoices)
        .default("refuse"),
    )
    .option("--idempotency-key <key>", "the same key with the same request is the same job")
    .option("--dry-run", "show what would be examined and sent; no model call, no cost")
    .option(
      "--rehearse",
      "run the real Codex against a scripted model on this machine: no login, no cost, no real answer",
    );
  return formatOptions(waitOptions(command));
}

/** Whether a command waits for the job that it starts, and for how long. */
export function waitOptions(command: Command): Command {
  return command
    .addOption(new Option("--background", "print the job's id and leave it running").conflicts("wait"))
    .option("--wait", "wait for the result (the default)")
    .addOption(settingOption("wait_budget", "--wait-budget <duration>"))
    .addOption(settingOption("direct", "--direct"));
}

/** How a command prints what it has to say. */
export function formatOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--format <format>", "how the result is printed").choices(outputFormats).default("text"),
    )
    .addOption(
      new Option("--json", "the same as --format json: one envelope for all commands").conflicts("format"),
    );
}

export function failOnOption(): Option {
  return new Option(
    "--fail-on <severity>",
    "exit with 1 when a finding is as grave as this, or graver, or when Codex gave no judgement",
  ).choices(severities);
}

export type FailOn = { readonly failOn?: Severity };

/** Gathers the values of an option that may be repeated. */
export function collect(value: string, previous: readonly string[]): readonly string[] {
  if (value === "") throw new InvalidArgumentError("It must not be empty.");
  return [...previous, value];
}

/** An option that is a setting; its text comes from the settings table. */
export function settingOption(key: SettingKey, flags: string): Option {
  return new Option(flags, describeFlag(key)?.help ?? "");
}
