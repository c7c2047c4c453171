import { effectivePins } from "../codex/pins.ts";
import { type DryRun, type Envelope, envelopeSchema } from "../domain/envelope.ts";
import type { RunRequest } from "../domain/run.ts";
import type { PreparedConsult } from "./consult.ts";
import type { PreparedReview } from "./prepare-review.ts";

const previewLength = 2_000;

/** What a review would examine. Codex gathers the change itself, so nothing is inlined by us. */
export function dryRunReview(request: RunRequest, { resolved, diff }: PreparedReview): Envelope {
  const omitted = diff.files.flatMap(({ change, omitted: reason }) =>
    reason === undefined ? [] : [{ path: change.path, reason }],
  );
  return {
    schema: envelopeSchema,
    ok: true,
    kind: request.kind,
    target: resolved.target,
    summary: `${diff.files.length} changed files, ${diff.totalBytes} bytes of patch.`,
    coverage: {
      status: diff.files.length === 0 ? "none" : "complete",
      basis: "codex",
      examined: diff.files.map(({ change }) => change.path),
      omitted,
    },
    dryRun: {
      inputs: diff.files.map(({ change, bytes }) => ({ path: change.path, bytes })),
      pins: pinRows(request, true),
      leavesTheMachine:
        "The names and contents of whatever files Codex reads to judge the change, also outside of it: the sandbox bounds writes, not reads.",
    },
  };
}

/** What a consultation would send. */
export function dryRunConsult(request: RunRequest, prepared: PreparedConsult): Envelope {
  const { prompt, files, images } = prepared;
  return {
    schema: envelopeSchema,
    ok: true,
    kind: request.kind,
    summary: `A prompt of ${Buffer.byteLength(prompt)} bytes.`,
    dryRun: {
      prompt: { bytes: Buffer.byteLength(prompt), preview: prompt.slice(0, previewLength) },
      inputs: [...files, ...images].map(({ path, bytes }) => ({ path, bytes })),
      pins: pinRows(request, false),
      leavesTheMachine:
        "The prompt, the files and images above, and whatever files Codex reads to answer: the sandbox bounds writes, not reads.",
    },
  };
}

function pinRows(request: RunRequest, untrusted: boolean): DryRun["pins"] {
  const pins = effectivePins({
    untrusted,
    network: request.network,
    projectRoots: [request.cwd],
    environment: request.environment,
    mcpConfigured: [],
    mcpAllowed: request.mcpServers,
  });
  return [
    { key: "sandbox", value: request.tier, reason: "The smallest tier that this kind of run needs." },
    { key: "approvals", value: "never", reason: "Accepting a request runs its command outside the sandbox." },
    { key: "network", value: request.network ? "on" : "off", reason: "Only --network opens it." },
    ...pins.map(({ path, value, reason }) => ({ key: path.join("."), value: JSON.stringify(value), reason })),
  ];
}
