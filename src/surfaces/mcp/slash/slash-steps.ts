import type { DryRun, Envelope } from "../../../domain/envelope.ts";
import type { ErrorReport } from "../../../domain/errors/tandem-error.ts";
import { nextStepsFor } from "../../../report/text/next-steps.ts";
import { isSlashName } from "../../slash/slash-commands.ts";

/**
 * An envelope whose ways out are slash commands where there are such, and whose dry run has room for what would be sent; everything
 * else stays as it is.
 */
export function inSlashWords(envelope: Envelope): Envelope {
  const { nextSteps = nextStepsFor(envelope), error, readiness, dryRun } = envelope;
  return {
    ...envelope,
    ...(dryRun === undefined ? {} : { dryRun: withFewPins(dryRun) }),
    // To wait and to watch are one command here.
    nextSteps: [...new Set(nextSteps.map(slashStep))],
    ...(error === undefined ? {} : { error: slashError(error) }),
    ...(readiness === undefined
      ? {}
      : { readiness: { ...readiness, problems: readiness.problems.map(slashError) } }),
  };
}

const tellingPins = ["sandbox", "approvals", "network"];

/** All of them fill a screen; `tandem … --dry-run` in a terminal lists them. */
function withFewPins(dryRun: DryRun): DryRun {
  return { ...dryRun, pins: dryRun.pins.filter(({ key }) => tellingPins.includes(key)) };
}

function slashError(error: ErrorReport): ErrorReport {
  const { command } = error.repair;
  return command === undefined
    ? error
    : { ...error, repair: { ...error.repair, command: slashStep(command) } };
}

/** `tandem result kqvbgm` as it is typed in Claude Code. */
function slashStep(step: string): string {
  return step.replaceAll(/\btandem ([a-z][a-z-]*)/g, (whole, name: string) => {
    const known = name === "wait" ? "watch" : name;
    return isSlashName(known) ? `/codex:${known}` : whole;
  });
}
