import type { Route } from "../../codex/route.ts";
import type { Envelope } from "../../domain/envelope.ts";
import type { RunRequest } from "../../domain/run.ts";
import { redact } from "../../privacy/redact.ts";
import { dryRunOf, pinRows } from "../dry-run.ts";
import { describeCheck } from "./check-words.ts";
import type { PreparedOperator } from "./prepare-operator.ts";

/** The whole contract, the pins and the checks of a run, with no model call. */
export function dryRunOperator(
  request: RunRequest,
  { operator, checkedImages, text }: PreparedOperator,
  route: Route,
): Envelope {
  const { contract, outputs } = operator;
  return {
    ...dryRunOf(
      request,
      `Operator ${contract.name} (${operator.origin}), a contract of ${Buffer.byteLength(text)} bytes.`,
    ),
    evidence: [
      ...outputs.map(({ output, destination }) => ({
        check: `${output} is there`,
        status: "skipped" as const,
        detail: destination ?? "it stays with the job",
      })),
      ...contract.checks.map((check) => ({
        check: check.check,
        status: "skipped" as const,
        detail: describeCheck(check),
      })),
    ],
    dryRun: {
      // Whole, unlike other prompts: a person may have to judge it before they accept it.
      prompt: { bytes: Buffer.byteLength(text), preview: redact(text) },
      inputs: checkedImages.map(({ path, bytes }) => ({ path, bytes })),
      route: `${route.engine}: ${route.reason}`,
      pins: pinRows(request, true),
      leavesTheMachine:
        "The contract, any images above, and whatever files Codex reads to do it: the sandbox bounds writes, not reads.",
    },
  };
}
