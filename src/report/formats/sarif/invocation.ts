import type { Invocation, Notification } from "sarif";
import type { Envelope } from "../../../domain/envelope.ts";
import { type ErrorReport, exitCodeOf } from "../../../domain/errors/tandem-error.ts";
import type { Finding } from "../../../domain/finding.ts";
import { oneLine } from "../../text/sanitise.ts";
import { levelOf, openWords } from "../finding-text.ts";
import { plainMessage } from "./message.ts";
import { findingText, propertiesOf } from "./result.ts";
import type { RuleSet } from "./rules.ts";

/** How the run went. A run that failed or goes on is not a successful one without findings. */
export function invocationOf(envelope: Envelope, unplaced: readonly Finding[], rules: RuleSet): Invocation {
  const { error, ok } = envelope;
  const open = openWords(envelope);
  const notifications = [
    ...(error === undefined ? [] : [failureOf(error)]),
    ...(open === undefined ? [] : [notify("running", "warning", open)]),
    ...omissionsOf(envelope),
    ...(envelope.run?.warnings ?? []).map((warning) => notify("warning", "warning", warning)),
    ...unplaced.map((finding) => placeless(finding, rules)),
  ];
  return {
    executionSuccessful: ok && error === undefined && open === undefined,
    ...(error === undefined ? {} : { exitCode: exitCodeOf(error.kind) }),
    ...timesOf(envelope),
    ...(notifications.length === 0 ? {} : { toolExecutionNotifications: notifications }),
  };
}

function timesOf({ job }: Envelope): Pick<Invocation, "startTimeUtc" | "endTimeUtc"> {
  return {
    ...(job !== undefined && isUtc(job.createdAt) ? { startTimeUtc: job.createdAt } : {}),
    ...(job?.endedAt !== undefined && isUtc(job.endedAt) ? { endTimeUtc: job.endedAt } : {}),
  };
}

function isUtc(time: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(time);
}

function notify(id: string, level: Notification["level"] & string, text: string): Notification {
  return { descriptor: { id }, level, message: plainMessage(text) };
}

function failureOf({ kind, message, repair }: ErrorReport): Notification {
  const command = repair.command === undefined ? "" : ` (${repair.command})`;
  return notify(kind, "error", `${message}\n${repair.say}${command}`);
}

const pathsShown = 20;

function omissionsOf({ coverage }: Envelope): readonly Notification[] {
  if (coverage === undefined || coverage.status === "complete") return [];
  const { omitted } = coverage;
  if (omitted.length === 0) {
    return coverage.status === "none" ? [notify("not-examined", "warning", "Nothing was examined.")] : [];
  }
  const shown = omitted
    .slice(0, pathsShown)
    .map(({ path, reason }) => `${oneLine(path)}: ${oneLine(reason)}`);
  const rest = omitted.length - shown.length;
  const lines = [`Not examined: ${omitted.length}.`, ...shown, ...(rest > 0 ? [`and ${rest} more`] : [])];
  return [notify("not-examined", "warning", lines.join("\n"))];
}

/** A finding that names no file of the work tree. */
function placeless(finding: Finding, rules: RuleSet): Notification {
  const { id, index } = rules.referTo(finding);
  const place = finding.file === undefined ? "" : ` (${oneLine(finding.file)})`;
  return {
    descriptor: { id: "finding-without-place" },
    associatedRule: { id, index },
    level: levelOf(finding),
    message: plainMessage(findingText(finding) + place),
    properties: { ...propertiesOf(finding), id: finding.id },
  };
}
