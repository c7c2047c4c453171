import type { GateFacts } from "../../domain/envelope.ts";
import { formatAge, formatCount, formatDuration, formatTokens } from "../text/format.ts";
import { oneLine } from "../text/sanitise.ts";

/** What a person is told who switches the gate on: what it does, what it costs, and how it could go round in circles. */
export function switchedOnWords({ workspace, limits }: GateFacts): string {
  const { rounds, sessionTokens, timeoutMs, strict } = limits;
  return [
    `The review gate is on for ${oneLine(workspace)}. The files as they are now are its baseline; what of them differs from the last commit is kept in the state folder.`,
    `What it does: each time Claude Code wants to stop here and files have changed, Codex reviews the change. A grave finding that stands on changed lines sends Claude Code back to work.`,
    `What it costs: tokens of your Codex account, until about ${formatTokens(sessionTokens)} are spent in a session, up to ${formatDuration(timeoutMs)} of waiting at a stop, and Claude's own tokens for each round of work.`,
    `Loop risk: two models may disagree for ever, so the gate sends back at most ${formatCount(rounds, "time")} for one prompt; then the stop passes.`,
    strict
      ? "A stop that cannot be reviewed (limit reached, no login, timeout) is sent back too, as often as that: gate_strict is set."
      : "A stop that cannot be reviewed (limit reached, no login, timeout) passes with a warning.",
    "Files that git ignores are left out. Settings: gate_rounds, gate_session_tokens, timeout_gate, gate_strict.",
  ].join("\n");
}

export function switchedOffWords({ workspace }: GateFacts, wasOn: boolean): string {
  return wasOn
    ? `The review gate is off for ${oneLine(workspace)}; what it kept of the files is removed.`
    : `The review gate was off for ${oneLine(workspace)} already.`;
}

export function gateStatusWords(
  { state, workspace, since, baselineAt, lastStop, limits }: GateFacts,
  now: Date,
): string {
  if (state === "off") return `The review gate is off for ${oneLine(workspace)}.`;
  const last =
    lastStop === undefined
      ? "No stop has been reviewed since. If Claude Code has stopped here with changed files meanwhile, its plugin's hooks do not run."
      : `Last: ${formatAge(lastStop.at, now)}, ${outcomeWords[lastStop.outcome]}: ${oneLine(lastStop.detail)}`;
  return [
    `The review gate is on for ${oneLine(workspace)}${since === undefined ? "" : `, since ${formatAge(since, now)}`}.`,
    baselineAt === undefined
      ? "It has no baseline: the next stop sets one."
      : `Its baseline was set ${formatAge(baselineAt, now)}.`,
    last,
    `Limits: ${formatCount(limits.rounds, "round")} a prompt, ${formatTokens(limits.sessionTokens)} tokens a session, ${formatDuration(limits.timeoutMs)} a review${limits.strict ? ", strict" : ""}.`,
  ].join("\n");
}

const outcomeWords = { allow: "let pass", block: "sent back", "could-not-run": "could not run" } as const;
