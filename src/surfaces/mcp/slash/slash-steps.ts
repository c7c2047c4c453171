import type { Envelope } from "../../../domain/envelope.ts";
import type { ErrorReport } from "../../../domain/errors/tandem-error.ts";
import { isSlashName } from "../../slash/slash-commands.ts";

/** An envelope whose ways out are slash commands where there are such; everything else stays as it is. */
export function inSlashWords(envelope: Envelope): Envelope {
  const { nextSteps, error, readiness } = envelope;
  return {
    ...envelope,
    ...(nextSteps === undefined ? {} : { nextSteps: nextSteps.map(slashStep) }),
    ...(error === undefined ? {} : { error: slashError(error) }),
    ...(readiness === undefined
      ? {}
      : { readiness: { ...readiness, problems: readiness.problems.map(slashError) } }),
  };
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
